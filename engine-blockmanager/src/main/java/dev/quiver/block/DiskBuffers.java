package dev.quiver.block;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buffers outside the heap for reading batches, as many as are read at the same time. The system copies into them
 * directly, where an array would cost one copy more and be cleared before. Safe for many threads.
 */
final class DiskBuffers {
    /** Room in one: twice a batch of the usual size. */
    static final int BYTES = 1 << 19;

    private static final Logger LOG = LoggerFactory.getLogger(DiskBuffers.class);

    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** A buffer, empty. Transferred: to be given back. */
    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? allocate() : buffer.clear();
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }

    private static ByteBuffer allocate() {
        try {
            return ByteBuffer.allocateDirect(BYTES);
        } catch (OutOfMemoryError noneOutside) {
            LOG.debug("Blocks are read through the heap, since there is no memory outside of it", noneOutside);
            return ByteBuffer.allocate(BYTES);
        }
    }
}
