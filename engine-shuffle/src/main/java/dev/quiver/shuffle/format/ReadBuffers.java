package dev.quiver.shuffle.format;

import dev.quiver.block.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Buffers outside the heap for reading files, handed from task to task: as many as tasks that read at the same time, for
 * as long as the process lives. The system copies into them directly, where an array would cost one copy more and be
 * cleared before. Safe for many threads.
 */
public final class ReadBuffers {
    /** Room in one: several chunks of the usual size. */
    public static final int BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ReadBuffers.class);

    private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

    /** Lends a buffer, which is taken when it is first needed. Returned: the caller closes it. */
    public ReadBuffer lend() {
        return new ReadBuffer(this);
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? directIfPossible() : buffer;
    }

    /** Memory outside the heap may be short where the heap is not: a copy more is better than a task that fails. */
    private static ByteBuffer directIfPossible() {
        if (!NativeMemory.isPlentyFor(BYTES)) {
            return ByteBuffer.allocate(BYTES);
        }
        try {
            return ByteBuffer.allocateDirect(BYTES);
        } catch (OutOfMemoryError noneOutside) {
            LOG.debug("Files are read through the heap, since there is no memory outside of it", noneOutside);
            return ByteBuffer.allocate(BYTES);
        }
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}
