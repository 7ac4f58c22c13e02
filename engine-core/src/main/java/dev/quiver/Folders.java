package dev.quiver;

import dev.quiver.lineage.CallSite;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders that the driver shares with the tasks that write to them. */
final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
    private static final int REMOVAL_TRIES = 3;

    private Folders() {}

    /**
     * The absolute path of a folder that a user named.
     *
     * @param what is to be done there, for the message: {@code write to}
     * @throws UsageException if it is not on a disk
     */
    static Path shared(String name, CallSite site, String what) {
        if (name.indexOf(":/") >= 2 && !name.startsWith("file:")) {
            throw new UsageException(
                    site + ": cannot " + what + " '" + name + "': only folders on disks that driver and"
                            + " executors share can be written, without a scheme or with file:");
        }
        return Path.of(name.startsWith("file:") ? name.replaceFirst("file:/+", "/") : name)
                .toAbsolutePath()
                .normalize();
    }

    /** Removes a folder; a task that has not heard yet that its job failed may add one more file meanwhile. */
    static void removeWhileTasksEnd(Path root) throws IOException {
        for (int tries = 0; tries < REMOVAL_TRIES; tries++) {
            try {
                remove(root);
                return;
            } catch (DirectoryNotEmptyException addedMeanwhile) {
                LOG.debug("'{}' got another file while it was removed", root, addedMeanwhile);
            }
        }
        remove(root);
    }

    /** Removes a folder and everything in it. */
    static void remove(Path root) throws IOException {
        List<Path> entries;
        try (Stream<Path> tree = Files.walk(root)) {
            entries = tree.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException gone) {
            return;
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }
}
