package dev.quiver.shuffle.wire;

import dev.quiver.wire.WireOutput;
import java.util.zip.CRC32C;

/**
 * The answer to a {@link FetchRequest} for small partitions that follow one another, as the holder writes it. {@link
 * AheadStreamDecoder} reads it.
 *
 * <pre>
 *   stream  := frame* frame of length 0
 *
 *   frame   := i32 length | payload of that length | i32 CRC-32C of all before
 *   payload := varint reduce partition, then a {@link ChunkStream} of it, from KNOWN to END, without LOCATED
 * </pre>
 *
 * Reduce partitions ascend; those without rows are left out. The holder stops when it likes.
 */
public final class AheadStream {
    /** Length before a payload. */
    static final int FRAME_HEAD = 4;
    /** Checksum after a payload. */
    static final int FRAME_TAIL = 4;

    private AheadStream() {}

    /**
     * A partition.
     *
     * @param chunks its chunk stream
     */
    public static byte[] partition(int reducePartition, byte[] chunks) {
        return frame(
                new WireOutput(chunks.length + 8).writeVarLong(reducePartition).writeRaw(chunks, 0, chunks.length));
    }

    /** The last frame. */
    public static byte[] end() {
        return frame(new WireOutput());
    }

    private static byte[] frame(WireOutput payload) {
        byte[] body = payload.toByteArray();
        WireOutput out = new WireOutput(body.length + FRAME_HEAD + FRAME_TAIL)
                .writeInt(body.length)
                .writeRaw(body, 0, body.length);
        CRC32C crc = new CRC32C();
        crc.update(out.toByteArray());
        return out.writeInt((int) crc.getValue()).toByteArray();
    }
}
