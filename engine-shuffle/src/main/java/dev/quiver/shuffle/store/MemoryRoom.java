package dev.quiver.shuffle.store;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of sealed chunks an executor may keep in memory. Safe for many threads. */
final class MemoryRoom {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    MemoryRoom(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room, or returns false, having taken none. */
    boolean reserve(long bytes) {
        if (used.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Takes room that may not be there: for what is in memory anyway and cannot be written elsewhere. */
    void force(long bytes) {
        used.addAndGet(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long usedBytes() {
        return used.get();
    }
}
