package dev.quiver.shuffle.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote, trusting nothing: every read is checked against the bytes that are left. */
public final class ByteReader {
    private final ByteBuffer bytes;

    /** @param bytes read from its position to its limit; borrowed, and not moved */
    public ByteReader(ByteBuffer bytes) {
        this.bytes = bytes.duplicate();
    }

    public int remaining() {
        return bytes.remaining();
    }

    public int u8() throws MalformedBytes {
        need(1);
        return bytes.get() & 0xFF;
    }

    public int i32() throws MalformedBytes {
        return u8() << 24 | u8() << 16 | u8() << 8 | u8();
    }

    public long varint() throws MalformedBytes {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int part = u8();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return value;
            }
        }
        throw new MalformedBytes("a number has more than ten bytes");
    }

    public long zigzag() throws MalformedBytes {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    /** A varint that must lie in {@code [0, limit]}. */
    public int bounded(int limit, String what) throws MalformedBytes {
        long value = varint();
        if (value < 0 || value > limit) {
            throw new MalformedBytes(what + " is " + value + ", outside 0 to " + limit);
        }
        return (int) value;
    }

    /** A varint that fits an int and is not negative. */
    public int count(String what) throws MalformedBytes {
        return bounded(Integer.MAX_VALUE, what);
    }

    /** A number of elements of which each takes at least {@code least} of the bytes left. */
    public int elements(int least, String what) throws MalformedBytes {
        int count = count(what);
        if (count > bytes.remaining() / least) {
            throw new MalformedBytes(count + " " + what + " cannot be in the " + bytes.remaining() + " bytes left");
        }
        return count;
    }

    public byte[] block(String what) throws MalformedBytes {
        byte[] value = new byte[elements(1, what)];
        bytes.get(value);
        return value;
    }

    public String text(String what) throws MalformedBytes {
        return new String(block(what), StandardCharsets.UTF_8);
    }

    /** All bytes that are left. */
    public byte[] rest() {
        byte[] value = new byte[bytes.remaining()];
        bytes.get(value);
        return value;
    }

    /** Fails if bytes are left over. */
    public void end() throws MalformedBytes {
        if (bytes.hasRemaining()) {
            throw new MalformedBytes(bytes.remaining() + " bytes are left over");
        }
    }

    private void need(int count) throws MalformedBytes {
        if (bytes.remaining() < count) {
            throw new MalformedBytes("the bytes end early");
        }
    }
}
