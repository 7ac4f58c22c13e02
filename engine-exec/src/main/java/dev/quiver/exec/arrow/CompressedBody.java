package dev.quiver.exec.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The body of a record batch with its buffers compressed one by one, as Arrow's format defines it.
 *
 * <pre>
 * int64 length before compression | frame | padding to 8      or, where that did not pay,
 * int64 -1                        | bytes | padding to 8
 * </pre>
 *
 * An empty buffer is a -1 with nothing behind it, which all of Arrow's readers take.
 */
final class CompressedBody {
    static final int PREFIX = 8;
    static final long AS_IS = -1;

    /** Shorter buffers are left as they are: a frame has some fifteen bytes of its own. */
    private static final int SHORTEST = 64;

    private final byte[] plain;
    private final ByteBuffer out;
    private long held;

    private CompressedBody(byte[] plain, ByteBuffer out) {
        this.plain = plain;
        this.out = out;
    }

    /** A body: its first {@code layout.bytes()} bytes count. */
    record Packed(BodyLayout layout, byte[] bytes) {}

    /**
     * Compresses a body.
     *
     * @param layout of the plain body
     * @param plain  the body; borrowed
     * @throws ArithmeticException if no array could hold it
     */
    static Packed of(BodyLayout layout, byte[] plain, BodyCodec method) {
        int count = layout.offsets().length;
        long[] offsets = new long[count];
        long[] lengths = new long[count];
        try (BufferCodec codec = method.open()) {
            // Each buffer is compressed where it will stay; the longest may be the last.
            long room = layout.bytes() + (long) count * PREFIX;
            for (long length : layout.lengths()) {
                room = Math.max(room, layout.bytes() + (long) count * PREFIX + codec.room((int) length) - length);
            }
            CompressedBody body = new CompressedBody(
                    plain, ByteBuffer.allocate(Math.toIntExact(room)).order(ByteOrder.LITTLE_ENDIAN));
            for (int buffer = 0; buffer < count; buffer++) {
                offsets[buffer] = body.out.position();
                body.append((int) layout.offsets()[buffer], (int) layout.lengths()[buffer], codec);
                lengths[buffer] = body.out.position() - offsets[buffer];
                body.pad();
            }
            return new Packed(new BodyLayout(method, offsets, lengths, body.out.position()), body.out.array());
        }
    }

    private void append(int offset, int length, BufferCodec codec) {
        int at = out.position() + PREFIX;
        if (length >= SHORTEST) {
            int packed = codec.compress(plain, offset, length, out.array(), at);
            // Restoring costs time, too: a buffer that hardly shrinks is not worth it.
            if (packed <= length - length / 16 && held + length <= BodyLayout.mayHold(at + packed)) {
                held += length;
                out.putLong(length).position(at + packed);
                return;
            }
        }
        out.putLong(AS_IS).put(plain, offset, length);
    }

    /** What stands behind a frame may be left from one that was thrown away. */
    private void pad() {
        while ((out.position() & 7) != 0) {
            out.put((byte) 0);
        }
    }
}
