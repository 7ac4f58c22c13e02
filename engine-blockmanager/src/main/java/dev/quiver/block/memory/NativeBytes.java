package dev.quiver.block.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes outside the heap. Immutable; read by many threads, and closed once by their owner when none of them reads any
 * more: whoever reads freed memory ends the process, so views must not outlive the owner.
 */
public final class NativeBytes implements AutoCloseable {
    private final NativeMemory memory;
    private final int length;
    private ByteBuffer piece;

    NativeBytes(NativeMemory memory, ByteBuffer piece) {
        this.memory = memory;
        this.length = piece.remaining();
        this.piece = piece;
    }

    public int length() {
        return length;
    }

    /** All bytes, little-endian, not to be written. Good until this is closed. */
    public synchronized ByteBuffer view() {
        if (piece == null) {
            throw new IllegalStateException("memory outside the heap is read after it was freed");
        }
        return piece.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Frees the bytes. @throws IllegalStateException if that was done before */
    @Override
    public synchronized void close() {
        if (piece == null) {
            throw new IllegalStateException("memory outside the heap is freed a second time");
        }
        ByteBuffer freed = piece;
        piece = null;
        memory.free(freed);
    }
}
