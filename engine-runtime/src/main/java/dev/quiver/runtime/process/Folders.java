package dev.quiver.runtime.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Working folders: private to their user, and named after the process that owns them. */
public final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);
    static final String PREFIX = "quiver-";

    /** A file may appear behind the back of one pass; whoever still writes is about to end. */
    private static final int DELETE_PASSES = 3;

    private Folders() {}

    /** Several folders in a word, the first of them first. */
    static String text(List<Path> folders) {
        return folders.stream().map(Path::toString).collect(Collectors.joining(","));
    }

    /** Folders that were written as such a word. */
    public static List<Path> parse(String text) {
        return Arrays.stream(text.split(",")).map(Path::of).toList();
    }

    /** The name of the working folder that this process has for an application. */
    static String name(String application) {
        return PREFIX + ProcessHandle.current().pid() + "-" + application;
    }

    /** What a folder is named after, behind the prefix. */
    static String application(Path folder) {
        String name = folder.getFileName().toString();
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    /** The number of the process that a folder is named after, or -1 when it is named after none. */
    static long owner(Path folder) {
        String name = folder.getFileName().toString();
        int dash = name.indexOf('-', PREFIX.length());
        if (!name.startsWith(PREFIX) || dash < 0) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(PREFIX.length(), dash));
        } catch (NumberFormatException notOurs) {
            return -1;
        }
    }

    /** Makes a working folder, which its user alone may enter, and those above it. */
    static Path create(Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        return Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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

    /** Deletes a folder that has nothing in it; one that others use, or that is not there, stays as it is. */
    public static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException inUse) {
            LOG.debug("{} stays", folder, inUse);
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
