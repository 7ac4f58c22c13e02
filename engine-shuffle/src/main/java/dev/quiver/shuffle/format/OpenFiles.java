package dev.quiver.shuffle.format;

import dev.quiver.block.folder.DiskFailure;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * The open handles of all shuffle files of an executor. Handles nobody uses stay open up to a limit, least recently
 * used ones are closed first; those in use are as many as there are threads using them. Safe for many threads.
 */
public final class OpenFiles implements AutoCloseable {
    private static final int READ_TRIES = 4;

    private final Disk disk;
    private final int maxIdle;
    private final Map<Key, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);
    private int idle;
    private boolean closed;

    private record Key(Path file, boolean writing) {}

    /** A handle and how many threads use it, or wait for it. Guarded by the lock of the outer object, but the file. */
    private static final class Handle {
        private final Key key;
        private final CompletableFuture<Closeable> file = new CompletableFuture<>();
        private int users = 1;
        private boolean dropped;

        Handle(Key key) {
            this.key = key;
        }
    }

    /** Work on a handle. */
    interface Use<H> {
        void with(H handle) throws IOException;
    }

    public OpenFiles(Disk disk, int maxIdle) {
        this.disk = disk;
        this.maxIdle = maxIdle;
    }

    public Disk disk() {
        return disk;
    }

    void write(Path file, Use<Disk.Writable> use) throws IOException {
        Handle handle = acquire(new Key(file, true));
        try {
            use.with((Disk.Writable) handle.file.join());
        } finally {
            release(handle);
        }
    }

    /** Lends a channel: it must not be closed, nor its position used. */
    void read(Path file, Use<FileChannel> use) throws IOException {
        Handle handle = acquire(new Key(file, false));
        try {
            use.with((FileChannel) handle.file.join());
        } catch (ClosedChannelException broken) {
            drop(handle);
            throw broken;
        } finally {
            release(handle);
        }
    }

    /**
     * Reads a range.
     *
     * @param into filled from its position to its limit; both stay where they are
     * @throws EOFException if the file ends before the range does
     */
    public void read(Path file, long offset, ByteBuffer into) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                read(file, channel -> FileRange.read(channel, offset, into.duplicate(), file.toString()));
                return;
            } catch (ClosedByInterruptException interrupted) {
                throw interrupted;
            } catch (ClosedChannelException closedByAnother) {
                // The interrupt of another reader closes the shared channel; the next one is new.
                if (attempt == READ_TRIES) {
                    throw closedByAnother;
                }
            }
        }
    }

    /** How many handles are open. */
    public synchronized int open() {
        return handles.size();
    }

    /** Closes the handles of a file, or of all below a folder; those in use when they are released. */
    public void closeUnder(Path directory) {
        closeAll(key -> key.file.startsWith(directory));
    }

    /** Closes every handle. Closing twice is harmless. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        closeAll(key -> true);
    }

    private void closeAll(Predicate<Key> which) {
        List<Handle> unused = new ArrayList<>();
        synchronized (this) {
            Iterator<Handle> iterator = handles.values().iterator();
            while (iterator.hasNext()) {
                Handle handle = iterator.next();
                if (which.test(handle.key)) {
                    iterator.remove();
                    handle.dropped = true;
                    if (handle.users == 0) {
                        idle--;
                        unused.add(handle);
                    }
                }
            }
        }
        unused.forEach(OpenFiles::closeQuietly);
    }

    /** A handle whose file is open. One that takes its time to open holds up those who want the same file only. */
    private Handle acquire(Key key) throws IOException {
        while (true) {
            Handle handle;
            boolean first;
            synchronized (this) {
                if (closed) {
                    throw new IOException(
                            "the shuffle store is closed; " + key.file + " is no longer to be had",
                            new ClosedChannelException());
                }
                handle = handles.get(key);
                first = handle == null;
                if (first) {
                    handle = new Handle(key);
                    handles.put(key, handle);
                } else if (handle.users++ == 0) {
                    idle--;
                }
            }
            if (first) {
                open(handle);
                return handle;
            }
            if (isOpened(handle)) {
                return handle;
            }
            // Whoever opened it failed, and says so to its own caller; this one sees for itself.
            release(handle);
        }
    }

    private void open(Handle handle) throws IOException {
        try {
            handle.file.complete(opened(handle.key));
        } catch (IOException | RuntimeException | Error failed) {
            drop(handle);
            handle.file.completeExceptionally(failed);
            release(handle);
            throw failed;
        }
    }

    /** When the process may open no more files, those nobody uses here are closed first. */
    private Closeable opened(Key key) throws IOException {
        try {
            return openOnDisk(key);
        } catch (IOException failure) {
            if (!DiskFailure.isForWantOfHandles(failure) || !closeIdle()) {
                throw failure;
            }
            return openOnDisk(key);
        }
    }

    private Closeable openOnDisk(Key key) throws IOException {
        return key.writing ? disk.write(key.file) : disk.read(key.file);
    }

    private boolean closeIdle() {
        List<Handle> unused = new ArrayList<>();
        synchronized (this) {
            evict(0, unused);
        }
        unused.forEach(OpenFiles::closeQuietly);
        return !unused.isEmpty();
    }

    /** Waits until another thread has opened a file; false when it could not. */
    private boolean isOpened(Handle handle) throws ClosedByInterruptException {
        try {
            handle.file.get();
            return true;
        } catch (ExecutionException failed) {
            return false;
        } catch (InterruptedException stopped) {
            release(handle);
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        }
    }

    private void release(Handle handle) {
        List<Handle> unused = new ArrayList<>();
        synchronized (this) {
            if (--handle.users == 0) {
                if (handle.dropped) {
                    unused.add(handle);
                } else {
                    idle++;
                    evict(maxIdle, unused);
                }
            }
        }
        unused.forEach(OpenFiles::closeQuietly);
    }

    private void evict(int mostIdle, List<Handle> evicted) {
        Iterator<Handle> iterator = handles.values().iterator();
        while (idle > mostIdle && iterator.hasNext()) {
            Handle oldest = iterator.next();
            if (oldest.users == 0) {
                iterator.remove();
                idle--;
                evicted.add(oldest);
            }
        }
    }

    private synchronized void drop(Handle handle) {
        if (!handle.dropped) {
            handle.dropped = true;
            handles.remove(handle.key);
        }
    }

    private static void closeQuietly(Handle handle) {
        if (handle.file.isCompletedExceptionally()) {
            return;
        }
        try {
            handle.file.join().close();
        } catch (IOException unimportant) {
            // Everything that counts was written before; a reader has nothing to lose.
        }
    }
}
