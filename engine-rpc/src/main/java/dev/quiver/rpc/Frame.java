package dev.quiver.rpc;

import io.netty.buffer.ByteBuf;

/**
 * What travels on a connection, inside TLS or not. Big-endian:
 * <pre>
 *   0        4       6     7      8                 16      18
 *   +--------+-------+-----+------+-----------------+-------+----------------+
 *   | u32    | u16   | u8  | u8   | u64             | u16   | length - 14    |
 *   | length | magic | ver | kind | message id      | type  | bytes of body  |
 *   +--------+-------+-----+------+-----------------+-------+----------------+
 *            |&lt;------------------- length bytes ----------------------------&gt;|
 * </pre>
 * The length counts what follows it, so it is never below 14. It is compared with the limit of the moment as soon as its
 * four bytes are there: 8 KiB until the peer is authenticated, then the limit of the frame's kind. Nothing is allocated
 * on the word of a length alone.
 *
 * <p>The message id names an ask or a stream; it is chosen by the side that asks or opens, so the direction of a frame
 * tells whose id it is. Of a tell it is its number, from 1 on without a gap, in the order in which that side sends them: one
 * that comes again is passed over, and one that is missing ends the connection. Signs of life carry the number of the last
 * tell before them, so that the loss of the last one is noticed too. The type is the caller's, and zero where the kind says everything.
 */
final class Frame {
    static final int MAGIC = 0x9E17;
    static final int VERSION = 2;

    /** Bytes before the body. */
    static final int HEADER_BYTES = 18;

    /** Bytes of the header that the length counts. */
    static final int COUNTED_HEADER_BYTES = 14;

    static final int LENGTH_END = 4;
    static final int MAGIC_END = 6;
    static final int VERSION_END = 7;
    static final int KIND_END = 8;
    static final int ID_OFFSET = 8;
    static final int TYPE_OFFSET = 16;
    static final int MAX_TYPE = 0xFFFF;

    private Frame() {}

    static void writeHeader(ByteBuf out, FrameKind kind, long id, int type, int bodyBytes) {
        out.writeInt(COUNTED_HEADER_BYTES + bodyBytes);
        out.writeShort(MAGIC);
        out.writeByte(VERSION);
        out.writeByte(kind.code());
        out.writeLong(id);
        out.writeShort(type);
    }
}
