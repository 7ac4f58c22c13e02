package dev.quiver.shuffle.format;

import java.nio.ByteBuffer;

/** Room to read one range after another into. Belongs to one thread. */
public final class ReadBuffer implements AutoCloseable {
    private final ReadBuffers pool;
    private ByteBuffer pooled;
    private boolean closed;

    ReadBuffer(ReadBuffers pool) {
        this.pool = pool;
    }

    /**
     * Room for a range, which overwrites what was read before; memory of its own for one that is larger than usual.
     *
     * @return from position 0 to limit {@code length}; lent until the next call or the close
     */
    public ByteBuffer room(int length) {
        if (closed) {
            throw new IllegalStateException("a read buffer was given back already");
        }
        if (length > ReadBuffers.BYTES) {
            return ByteBuffer.allocate(length);
        }
        if (pooled == null) {
            pooled = pool.take();
        }
        return pooled.clear().limit(length);
    }

    /** Gives the memory back. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        if (pooled != null) {
            pool.giveBack(pooled);
            pooled = null;
        }
    }
}
