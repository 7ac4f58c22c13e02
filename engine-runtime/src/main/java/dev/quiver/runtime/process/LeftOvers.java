package dev.quiver.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes working folders whose process has ended without having cleaned up: those whose claim can be taken over. One
 * without a claim, as on file systems that have no locks, goes when it is of this machine, no process has its owner's
 * number, and nothing has changed in it for a while.
 */
final class LeftOvers {
    private static final Logger LOG = LoggerFactory.getLogger(LeftOvers.class);

    /** Longer than any process takes from making its folder to claiming it. */
    private static final Duration UNCLAIMED_AGE = Duration.ofMinutes(10);

    private final Path parent;
    private final String application;
    private final boolean ofThisMachine;

    /**
     * @param parent        where to look
     * @param application   of this process; its claims are not to be opened, see {@link FolderClaim}
     * @param ofThisMachine whether numbers of processes found there are numbers of processes here
     */
    LeftOvers(Path parent, String application, boolean ofThisMachine) {
        this.parent = parent;
        this.application = application;
        this.ofThisMachine = ofThisMachine;
    }

    /** Looks once. What cannot be deleted stays. */
    void sweep(Instant now) {
        if (!Files.isDirectory(parent)) {
            return;
        }
        List<Path> found;
        try (Stream<Path> children = Files.list(parent)) {
            found = children.filter(this::isCandidate).toList();
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.debug("Cannot look for left-over folders below {}", parent, unreadable);
            return;
        }
        for (Path path : found) {
            try {
                sweep(path, now);
            } catch (IOException notOurs) {
                LOG.debug("Cannot tell whether {} is left over", path, notOurs);
            }
        }
    }

    private boolean isCandidate(Path path) {
        String name = path.getFileName().toString();
        String own = "-" + application;
        return name.startsWith(Folders.PREFIX) && !name.endsWith(own) && !name.endsWith(own + FolderClaim.SUFFIX);
    }

    private void sweep(Path path, Instant now) throws IOException {
        String name = path.getFileName().toString();
        if (name.endsWith(FolderClaim.SUFFIX)) {
            Path folder = path.resolveSibling(name.substring(0, name.length() - FolderClaim.SUFFIX.length()));
            try (FolderClaim orphaned = FolderClaim.takeOver(folder)) {
                if (orphaned != null) {
                    Folders.delete(folder);
                }
            }
        } else if (ofThisMachine && !Files.exists(FolderClaim.fileFor(path)) && isAbandoned(path, now)) {
            Folders.delete(path);
        }
    }

    private static boolean isAbandoned(Path folder, Instant now) throws IOException {
        long owner = Folders.owner(folder);
        boolean lives =
                owner < 0 || ProcessHandle.of(owner).map(ProcessHandle::isAlive).orElse(false);
        return !lives && Files.getLastModifiedTime(folder).toInstant().isBefore(now.minus(UNCLAIMED_AGE));
    }
}
