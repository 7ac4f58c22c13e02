package dev.quiver.shuffle.format;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Buffers outside the heap for reading files, handed from task to task: as many as tasks that read at the same time, for
 * as long as the process lives. The system copies into them directly, where an array would cost one copy more and be
 * cleared before. Safe for many threads.
 */
public final class ReadBuffers {
    /** Room in one: several chunks of the usual size. */
    public static final int BYTES = 4 << 20;

    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** Lends a buffer, which is taken when it is first needed. Returned: the caller closes it. */
    public ReadBuffer lend() {
        return new ReadBuffer(this);
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocateDirect(BYTES) : buffer;
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}
