package dev.quiver.block;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one block manager: 64 sub-folders over which names are hashed, so that none grows large. Made when the
 * first file is, deleted on close. A file is written under a name of its own and renamed when it is complete.
 */
final class DiskFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFolder.class);
    private static final int SUB_FOLDERS = 64;

    private final Path root;
    private final AtomicLong pending = new AtomicLong();
    private volatile boolean closed;

    DiskFolder(Path root) {
        this.root = root;
    }

    /** Where a file of this name lies when it is complete. */
    Path file(String name) {
        int hash = name.hashCode();
        return root.resolve("%02x".formatted((hash ^ hash >>> 16) & SUB_FOLDERS - 1))
                .resolve(name);
    }

    /** A new name beside it, to write to. */
    Path pending(Path file) throws IOException {
        if (closed) {
            throw new IOException("the block folder " + root + " was closed");
        }
        Files.createDirectories(file.getParent());
        return file.resolveSibling(file.getFileName() + "." + pending.getAndIncrement() + ".tmp");
    }

    static void publish(Path written, Path file) throws IOException {
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static void delete(DiskBlock block) {
        block.parts().forEach(part -> delete(part.file()));
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException cannot) {
            LOG.warn("Cannot delete {}; it stays until the block folder is deleted.", file, cannot);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
            all.forEach(DiskFolder::delete);
        } catch (IOException | UncheckedIOException cannot) {
            LOG.warn("Cannot delete the block folder {}; remove it by hand.", root, cannot);
        }
    }
}
