package dev.quiver.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link WireOutput} wrote. Every length is checked against the bytes that are there before anything is
 * allocated, so a hostile message costs no more memory than it has bytes. Belongs to one thread.
 */
public final class WireInput {
    private final ByteBuffer buffer;

    /** @param buffer read from its position to its limit; borrowed, and not moved */
    public WireInput(ByteBuffer buffer) {
        this.buffer = buffer.duplicate();
    }

    public WireInput(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    public int readByte() {
        require(1);
        return buffer.get();
    }

    /** A byte in {@code [0, 255]}. */
    public int readUnsignedByte() {
        return readByte() & 0xFF;
    }

    public boolean readBoolean() {
        int value = readByte();
        if (value != 0 && value != 1) {
            throw new MalformedMessage("a flag is " + value);
        }
        return value == 1;
    }

    public long readVarLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            long part = readByte();
            value |= (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new MalformedMessage("a number has more than ten bytes");
    }

    /** A number of either sign near zero. */
    public long readZigZag() {
        long value = readVarLong();
        return value >>> 1 ^ -(value & 1);
    }

    /** A count or id; never negative. */
    public int readCount() {
        return readCount("a count");
    }

    /** @param what names the count in the error */
    public int readCount(String what) {
        return readBounded(Integer.MAX_VALUE, what);
    }

    /** A number in {@code [0, limit]}. @param what names it in the error */
    public int readBounded(int limit, String what) {
        long value = readVarLong();
        if (value < 0 || value > limit) {
            throw new MalformedMessage(what + " is " + value + ", outside 0 to " + limit);
        }
        return (int) value;
    }

    /**
     * How many elements follow.
     *
     * @param minimumBytes the least bytes one element takes; more elements than the rest could hold are refused
     */
    public int readElementCount(int minimumBytes) {
        return readElementCount(minimumBytes, "elements");
    }

    /** @param what names the elements in the error */
    public int readElementCount(int minimumBytes, String what) {
        int count = readCount(what);
        if ((long) count * minimumBytes > buffer.remaining()) {
            throw new MalformedMessage(count + " " + what + " cannot be in the " + buffer.remaining() + " bytes left");
        }
        return count;
    }

    public int readInt() {
        require(4);
        return buffer.getInt();
    }

    public long readLong() {
        require(8);
        return buffer.getLong();
    }

    public String readText() {
        int length = readElementCount(1);
        ByteBuffer slice = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException malformed) {
            throw new MalformedMessage("a text is not UTF-8");
        }
    }

    public byte[] readBytes() {
        byte[] bytes = new byte[readElementCount(1)];
        buffer.get(bytes);
        return bytes;
    }

    /** All bytes that are left. */
    public byte[] readRest() {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** Bytes not read yet. */
    public int remaining() {
        return buffer.remaining();
    }

    /** Fails when something is left over. */
    public void requireEnd() {
        if (buffer.hasRemaining()) {
            throw new MalformedMessage(buffer.remaining() + " bytes are left over");
        }
    }

    private void require(int bytes) {
        if (buffer.remaining() < bytes) {
            throw new MalformedMessage("the message ends early");
        }
    }
}
