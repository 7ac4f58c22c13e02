package dev.quiver.shuffle.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes an executor's map outputs may hold in memory: sealed chunks up to a limit of their own, within the budget of
 * the executor; open ones in any case. Safe for many threads.
 */
final class MemoryRoom {
    private final long maxBytes;
    private final ChunkMemory budget;
    private final AtomicLong used = new AtomicLong();

    MemoryRoom(long maxBytes, ChunkMemory budget) {
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** Takes room for a sealed chunk, or returns false, having taken none. */
    boolean reserve(long bytes) {
        if (used.addAndGet(bytes) <= maxBytes && budget.tryGrow(bytes)) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Takes room that may not be there: for a sealed chunk that is in memory anyway and cannot be written elsewhere. */
    void force(long bytes) {
        used.addAndGet(bytes);
        budget.force(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
        budget.shrink(bytes);
    }

    /** Chunks that are not sealed yet grew by so much, or shrank. */
    void openChanged(long bytes) {
        if (bytes > 0) {
            budget.force(bytes);
        } else if (bytes < 0) {
            budget.shrink(-bytes);
        }
    }

    /** Bytes of sealed chunks. */
    long usedBytes() {
        return used.get();
    }
}
