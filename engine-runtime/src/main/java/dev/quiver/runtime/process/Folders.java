package dev.quiver.runtime.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Working folders: private to their user, named after the process that owns them, and swept at the next start when that
 * process is gone without having cleaned up.
 */
public final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
    private static final String PREFIX = "quiver-";

    /** A file may appear behind the back of one pass; whoever still writes is about to end. */
    private static final int DELETE_PASSES = 3;

    private Folders() {}

    /**
     * Makes the working folder of an application.
     *
     * @param parent      where local files go
     * @param application becomes part of the name
     */
    public static Path create(Path parent, String application) throws IOException {
        Files.createDirectories(parent);
        Path folder = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + application);
        return Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Deletes folders below {@code parent} whose owner has ended. */
    public static void sweep(Path parent) {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (Stream<Path> children = Files.list(parent)) {
            children.filter(Folders::isOrphan).forEach(Folders::delete);
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            LOG.debug("Cannot look for left-over folders below {}", parent, unreadable);
        }
    }

    private static boolean isOrphan(Path folder) {
        String name = folder.getFileName().toString();
        int dash = name.indexOf('-', PREFIX.length());
        if (!name.startsWith(PREFIX) || dash < 0) {
            return false;
        }
        try {
            long owner = Long.parseLong(name.substring(PREFIX.length(), dash));
            Optional<ProcessHandle> process = ProcessHandle.of(owner);
            return process.isEmpty() || !process.get().isAlive();
        } catch (NumberFormatException notOurs) {
            return false;
        }
    }

    /**
     * Deletes a folder and all that is in it, also while somebody else deletes or writes there; what cannot be deleted is
     * logged and stays.
     */
    public static void delete(Path folder) {
        for (int pass = 1; pass <= DELETE_PASSES && Files.exists(folder); pass++) {
            deleteOnce(folder);
        }
    }

    private static void deleteOnce(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return remove(file);
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) {
                    return remove(visited);
                }
            });
        } catch (IOException failure) {
            LOG.debug("Cannot delete {}", folder, failure);
        }
    }

    private static FileVisitResult remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException failure) {
            LOG.debug("Cannot delete {}", path, failure);
        }
        return FileVisitResult.CONTINUE;
    }
}
