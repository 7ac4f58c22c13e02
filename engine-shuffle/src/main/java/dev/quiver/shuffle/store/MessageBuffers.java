package dev.quiver.shuffle.store;

import dev.quiver.exec.arrow.MessageBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory that chunks are encoded in on their way to a file, handed from thread to thread: as many buffers as threads that
 * write at the same time. Safe for many threads.
 */
final class MessageBuffers {
    private final Queue<MessageBuffer> free = new ConcurrentLinkedQueue<>();

    /** Lends a buffer, which is to be given back. */
    MessageBuffer lend() {
        MessageBuffer buffer = free.poll();
        return buffer == null ? new MessageBuffer() : buffer;
    }

    void giveBack(MessageBuffer buffer) {
        free.add(buffer);
    }
}
