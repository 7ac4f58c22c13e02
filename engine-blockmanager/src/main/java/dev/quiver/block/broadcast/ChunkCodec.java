package dev.quiver.block.broadcast;

import dev.quiver.exec.arrow.BodyCodec;

/** Compresses the chunks of one broadcast value where that pays. A port: who runs the driver knows its links. */
public interface ChunkCodec {
    /** Compresses nothing. */
    ChunkCodec NONE = (plain, length) -> new Packed(BodyCodec.Method.NONE, null);

    /**
     * A chunk as it is stored.
     *
     * @param method {@code NONE} when the chunk stays as it is; {@code bytes} is then null
     */
    record Packed(BodyCodec.Method method, byte[] bytes) {}

    /** Decides about the next chunk. @param plain its first {@code length} bytes count; borrowed */
    Packed pack(byte[] plain, int length);
}
