package dev.quiver.rpc;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the streams of a transport may hold outside the heap together. Where a JVM has little of that, the windows of streams
 * become smaller and senders wait for what they sent before: a buffer that is asked for in vain would cost half a second, a
 * collection, and its connection. Safe for use by many threads.
 */
final class StreamMemory {
    /** Streams that are received may hold this part of what there is, those that are sent half as much. */
    private static final int RECEIVING_PART = 3;

    private static final int SENDING_PART = 6;

    /** A stream goes on with this much, however little there is. */
    static final int LEAST_BYTES = 64 << 10;

    private static final int LARGEST_ORDER = 9;
    private static final int SMALLEST_ORDER = 4;

    /** The pool takes memory in pieces of which there are at least so many. */
    private static final int POOL_PIECES = 16;

    private final long all;
    private final AtomicLong windows = new AtomicLong();
    private final AtomicLong queued = new AtomicLong();

    /** @param bytes this JVM may have outside its heap */
    StreamMemory(long bytes) {
        this.all = bytes;
    }

    static StreamMemory ofThisProcess() {
        return new StreamMemory(PlatformDependent.maxDirectMemory());
    }

    /** By how many doublings of a page the pool grows: each connection's thread has a piece of its own. */
    int poolOrder(int pageBytes) {
        int order = LARGEST_ORDER;
        while (order > SMALLEST_ORDER && ((long) pageBytes << order) * POOL_PIECES > all) {
            order--;
        }
        return order;
    }

    /** The window of a new stream: what it would like, but no more than half of what others have left over. */
    int takeWindow(int wanted) {
        while (true) {
            long taken = windows.get();
            long most = Math.max(LEAST_BYTES, (all / RECEIVING_PART - taken) / 2);
            int window = (int) Math.min(wanted, most);
            if (windows.compareAndSet(taken, taken + window)) {
                return window;
            }
        }
    }

    /** So much of a window is not used any more. */
    void returnWindow(int bytes) {
        windows.addAndGet(-bytes);
    }

    /** Whether a sender should wait until what it queued before is written. */
    boolean isShort() {
        return queued.get() >= all / SENDING_PART;
    }

    void queued(int bytes) {
        queued.addAndGet(bytes);
    }

    /** It was written, or dropped. */
    void unqueued(int bytes) {
        queued.addAndGet(-bytes);
    }

    long windowBytes() {
        return windows.get();
    }

    long queuedBytes() {
        return queued.get();
    }
}
