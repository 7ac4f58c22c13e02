package dev.quiver.block.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What is answered: frames, each with a checksum, up to an end that counts them. All numbers are big-endian.
 *
 * <pre>
 * stream := magic "QBLK" | int8 version 1 | int8 0                        not here
 *         | magic "QBLK" | int8 version 1 | int8 1 | frame*               batches: SCHEMA, then BATCHes of it, again
 *         | magic "QBLK" | int8 version 1 | int8 2 | frame*               a blob: BYTES
 * frame  := int8 kind | int32 length | int32 CRC-32C of the payload | payload
 * kind   := 1 SCHEMA | 2 BATCH | 3 BYTES | 4 END, payload int32: frames before it
 * </pre>
 *
 * Schemas and batches are Arrow messages. The checksum of a batch on disk is the one taken when it was written, so damage
 * on the disk, in memory or on the way shows at the reader.
 */
public final class BlockFrames {
    static final int MAGIC = 0x51424C4B;
    static final byte VERSION = 1;
    static final int START_BYTES = 6;
    static final int HEADER_BYTES = 9;

    /** Largest payload of a frame of bytes. */
    public static final int PIECE = 1 << 20;

    /** What the stream as a whole is. */
    public enum Answer {
        NOT_FOUND,
        BATCHES,
        BLOB
    }

    /** What a frame holds. */
    public enum Kind {
        SCHEMA,
        BATCH,
        BYTES,
        END
    }

    /** A frame that was received and has the right checksum. */
    public record Frame(Kind kind, byte[] payload) {}

    private BlockFrames() {}

    /** The checksum of a payload. */
    public static int checksum(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}
