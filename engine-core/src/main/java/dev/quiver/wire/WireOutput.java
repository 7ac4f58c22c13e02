package dev.quiver.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the primitives of the engine's own messages into a growing array: fixed-width values big-endian, counts and ids
 * as variable-length integers of seven bits a byte, lowest first. Read back by {@link WireInput}. Belongs to one thread.
 */
public final class WireOutput {
    private byte[] buffer;
    private int size;

    public WireOutput() {
        this(256);
    }

    public WireOutput(int expectedBytes) {
        buffer = new byte[Math.max(16, expectedBytes)];
    }

    private void reserve(int bytes) {
        int needed = Math.addExact(size, bytes);
        if (needed > buffer.length) {
            buffer =
                    Arrays.copyOf(buffer, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * buffer.length)));
        }
    }

    public WireOutput writeByte(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
        return this;
    }

    public WireOutput writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    /** Writes a number in 1 to 10 bytes; small non-negative numbers are short. */
    public WireOutput writeVarLong(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
        return this;
    }

    /** Writes a count or an id, which must not be negative. */
    public WireOutput writeCount(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a count cannot be negative: " + value);
        }
        return writeVarLong(value);
    }

    /** Writes a number of either sign near zero in few bytes. */
    public WireOutput writeZigZag(long value) {
        return writeVarLong(value << 1 ^ value >> 63);
    }

    public WireOutput writeInt(int value) {
        reserve(4);
        ByteBuffer.wrap(buffer, size, 4).putInt(value);
        size += 4;
        return this;
    }

    public WireOutput writeLong(long value) {
        reserve(8);
        ByteBuffer.wrap(buffer, size, 8).putLong(value);
        size += 8;
        return this;
    }

    /** Writes a length and the UTF-8 bytes of a text that is not null. */
    public WireOutput writeText(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a length and the bytes. */
    public WireOutput writeBytes(byte[] value) {
        return writeCount(value.length).writeRaw(value, 0, value.length);
    }

    /** Writes bytes without a length. */
    public WireOutput writeRaw(byte[] value, int offset, int length) {
        reserve(length);
        System.arraycopy(value, offset, buffer, size, length);
        size += length;
        return this;
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /** What was written, without a copy: this object must not be used any more. */
    public ByteBuffer toByteBuffer() {
        return ByteBuffer.wrap(buffer, 0, size);
    }
}
