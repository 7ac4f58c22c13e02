package dev.quiver.shuffle.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes with the number forms the codecs use; fixed-width numbers are big-endian. One thread. */
public final class ByteWriter {
    private byte[] bytes = new byte[64];
    private int size;

    public ByteWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public ByteWriter i32(int value) {
        return u8(value >>> 24).u8(value >>> 16).u8(value >>> 8).u8(value);
    }

    /** Seven bits a byte, lowest first; the highest bit says that more follow. */
    public ByteWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            u8((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        return u8((int) rest);
    }

    /** A varint for numbers of either sign near zero. */
    public ByteWriter zigzag(long value) {
        return varint(value << 1 ^ value >> 63);
    }

    /** Text as UTF-8 after its length. */
    public ByteWriter text(String value) {
        return block(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes after their number. */
    public ByteWriter block(byte[] value) {
        return varint(value.length).raw(value, 0, value.length);
    }

    public ByteWriter raw(byte[] value, int offset, int length) {
        room(length);
        System.arraycopy(value, offset, bytes, size, length);
        size += length;
        return this;
    }

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
