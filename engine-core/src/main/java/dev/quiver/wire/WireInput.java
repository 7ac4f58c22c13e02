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

    /** @param buffer read from its position on; borrowed, its position moves */
    public WireInput(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    public WireInput(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    public int readByte() {
        require(1);
        return buffer.get();
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

    /** A count or id; never negative. */
    public int readCount() {
        long value = readVarLong();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedMessage("a count is " + value);
        }
        return (int) value;
    }

    /**
     * How many elements follow.
     *
     * @param minimumBytes the least bytes one element takes; more elements than the rest could hold are refused
     */
    public int readElementCount(int minimumBytes) {
        int count = readCount();
        if ((long) count * minimumBytes > buffer.remaining()) {
            throw new MalformedMessage(count + " elements announced, " + buffer.remaining() + " bytes left");
        }
        return count;
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

    /** Bytes that are no message. The connection they came from is closed. */
    public static final class MalformedMessage extends RuntimeException {
        private static final long serialVersionUID = 1;

        public MalformedMessage(String message) {
            super(message);
        }
    }
}
