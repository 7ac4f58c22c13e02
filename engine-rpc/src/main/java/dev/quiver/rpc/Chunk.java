package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/** Some bytes of a stream, in a pooled buffer outside the heap. Whoever holds it closes it, on any thread. */
public final class Chunk implements AutoCloseable {
    private final ByteBuf buffer;
    private final int size;
    private final IntConsumer onClosed;
    private final AtomicBoolean closed = new AtomicBoolean();

    Chunk(ByteBuf buffer, IntConsumer onClosed) {
        this.buffer = buffer;
        this.size = buffer.readableBytes();
        this.onClosed = onClosed;
    }

    public int size() {
        return size;
    }

    /**
     * A read-only view of the bytes, big-endian, position 0 to limit {@link #size()}. Not to be touched after {@link
     * #close()}: the memory then belongs to another chunk.
     *
     * @throws IllegalStateException if the chunk is closed
     */
    public ByteBuffer bytes() {
        if (closed.get()) {
            throw new IllegalStateException("This chunk of " + size + " bytes was closed; its memory is in other use.");
        }
        return buffer.nioBuffer(0, size).asReadOnlyBuffer();
    }

    /** Returns the memory, and lets the stream's sender send as many bytes again. Closing twice is harmless. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            buffer.release();
            onClosed.accept(size);
        }
    }
}
