package dev.quiver.block;

import dev.quiver.block.folder.LocalFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of one block manager, one on each disk. In each there are 64 sub-folders, over which names are hashed as
 * they are over the disks, so that none grows large. Made when the first file is, for their user alone, deleted on close.
 * A file is written under a name of its own and renamed when it is complete.
 */
final class DiskFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskFolder.class);
    private static final int SUB_FOLDERS = 64;

    private final LocalFolders folders;
    private final Opening opening;
    private final DiskBuffers buffers = new DiskBuffers();
    private final AtomicLong pending = new AtomicLong();
    private volatile boolean closed;

    /** Opens files: the seam where tests let a disk fail. */
    @FunctionalInterface
    interface Opening {
        FileChannel open(Path file, OpenOption... options) throws IOException;
    }

    /** Where a file is written to. */
    record Place(Path file, Path pending) {}

    /** Writes a file to a place, or leaves nothing there. */
    @FunctionalInterface
    interface Writing<T> {
        T to(Place place) throws IOException;
    }

    DiskFolder(LocalFolders folders, Opening opening) {
        this.folders = folders;
        this.opening = opening;
    }

    LocalFolders folders() {
        return folders;
    }

    /** What blocks are read into. */
    DiskBuffers buffers() {
        return buffers;
    }

    FileChannel open(Path file, OpenOption... options) throws IOException {
        return opening.open(file, options);
    }

    /** Writes a file of this name, on the disk it belongs on or on the next that takes it. */
    <T> T write(String name, Writing<T> writing) throws IOException {
        int hash = mixed(name.hashCode());
        String subFolder = "%02x".formatted(hash & SUB_FOLDERS - 1);
        return folders.write(hash >>> 8, folder -> {
            if (closed) {
                throw new IOException("the block folder " + folder + " was closed", new ClosedChannelException());
            }
            Path file = createPrivate(folder).resolve(subFolder).resolve(name);
            Files.createDirectories(file.getParent());
            return writing.to(new Place(file, file.resolveSibling(name + "." + pending.getAndIncrement() + ".tmp")));
        });
    }

    /** Names that differ in a digit come to lie in different folders. */
    private static int mixed(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        return mixed ^ mixed >>> 13;
    }

    private static Path createPrivate(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownersOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
        return Files.createDirectories(folder, ownersOnly);
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
        folders.all().forEach(DiskFolder::deleteAll);
    }

    private static void deleteAll(Path root) {
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
