package dev.quiver.runtime.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Says that a process uses a folder: a file beside it that the process keeps locked. The system gives the lock back
 * however the process ends, and to nobody else before: a process that got the number of a dead one, or one that has the
 * same number in another container, is not taken for the owner. Belongs to one thread at a time.
 *
 * <p>A process must not open the file of its own claim: closing it again would give the lock back.
 */
final class FolderClaim implements AutoCloseable {
    /** Follows the folder's name in that of the file. */
    static final String SUFFIX = ".lock";

    private static final int TRIES = 1_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path file;
    private final FileChannel channel;

    private FolderClaim(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The file that claims a folder. */
    static Path fileFor(Path folder) {
        return folder.resolveSibling(folder.getFileName() + SUFFIX);
    }

    /**
     * Claims a folder, which need not be there.
     *
     * @throws IOException where the file cannot be made or the file system has no locks
     */
    static FolderClaim take(Path folder) throws IOException {
        Path file = fileFor(folder);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locks(channel, file)) {
                return new FolderClaim(file, channel);
            }
            // A sweeper took it for left over before it was locked, and deletes it.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IOException(file + " is locked by another process");
    }

    /**
     * Takes over a claim whose process has ended.
     *
     * @return null when it is alive, or there is no claim
     */
    static FolderClaim takeOver(Path folder) throws IOException {
        Path file = fileFor(folder);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            return locks(channel, file) ? new FolderClaim(file, channel) : null;
        } catch (NoSuchFileException unclaimed) {
            return null;
        }
    }

    /** Locks a file that is still there; closes the channel otherwise. */
    private static boolean locks(FileChannel channel, Path file) throws IOException {
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            locked = lock != null && Files.exists(file);
            return locked;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    /** Deletes the file and gives the lock back. */
    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
