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
 *         | magic "QBLK" | int8 version 1 | int8 3 | frame*               where it lies on this host: SCHEMA, FILE of it,
 *                                                                         again, then PLACES
 * frame  := int8 kind | int32 length | int32 CRC-32C of the payload | payload
 * kind   := 1 SCHEMA | 2 BATCH | 3 BYTES | 4 END, payload int32: frames before it
 *         | 5 FILE, payload int64 its length, its path | 6 PLACES, payload one for each batch in order:
 *           int32 number of its file | int64 offset | int32 length | int32 CRC-32C
 * </pre>
 *
 * Schemas and batches are Arrow messages. The checksum of a batch on disk is the one taken when it was written, so damage
 * on the disk, in memory or on the way shows at the reader. Only who is on the same host is told of files, and opens them
 * itself: they may be gone by then, and what is open stays readable when they go.
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
        BLOB,
        FILES
    }

    /** What a frame holds. */
    public enum Kind {
        SCHEMA,
        BATCH,
        BYTES,
        END,
        FILE,
        PLACES
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
