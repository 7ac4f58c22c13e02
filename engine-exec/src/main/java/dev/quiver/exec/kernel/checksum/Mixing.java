package dev.quiver.exec.kernel.checksum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The arithmetic of {@link RowChecksums}: a value becomes a <em>word</em> that is mixed with its kind, words are folded one
 * after the other into the state of a row, and a finished state spreads every bit of it over all 64. Folding is not
 * commutative, so values that change places change the state. Not meant to resist someone who wants a collision.
 */
final class Mixing {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Odd numbers without a pattern: the fractions of the golden ratio and of the square roots of 3 and 5, times 2^64. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final long ROOT_3 = 0xBB67AE8584CAA73BL;
    private static final long ROOT_5 = 0x3C6EF372FE94F82BL;

    /** Bytes that one turn over all strands takes. */
    private static final int STRANDS_BYTES = 4 * Long.BYTES;

    /** From so many bytes on, strands save more than it costs to bring them together. */
    private static final int LONG_BYTES = 2 * STRANDS_BYTES;

    /** What stands for a null, whatever column it is in. */
    static final long NULL = kind("null");

    private Mixing() {}

    /** A number for a kind of values; the same in every process. */
    static long kind(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return finish(bytes(GOLDEN, bytes, 0, bytes.length));
    }

    /** The word of up to 64 bits; no two of one kind have the same. */
    static long word(long bits, long kind) {
        long product = (bits + kind) * GOLDEN;
        return product ^ product >>> 32;
    }

    static long fold(long state, long word) {
        return (Long.rotateLeft(state, 27) ^ word) * ROOT_3;
    }

    /** Spreads every bit over all others: the mixer that {@link java.util.SplittableRandom} finishes with. */
    static long finish(long state) {
        long bits = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        return bits ^ bits >>> 31;
    }

    /** The word of some bytes of any length: eight at a time, the last eight once more where that is a part of them. */
    static long bytes(long kind, byte[] data, int start, int end) {
        int length = end - start;
        long state = kind + length * ROOT_5;
        if (length < Long.BYTES) {
            return tail(state, data, start, length);
        }
        int at = start;
        if (length >= LONG_BYTES) {
            state = strands(state, data, start, end);
            at = start + (length & -STRANDS_BYTES);
        }
        int last = end - Long.BYTES;
        for (; at < last; at += Long.BYTES) {
            state = step(state, (long) LONGS.get(data, at));
        }
        return step(state, (long) LONGS.get(data, last));
    }

    /**
     * All whole groups of 32 bytes. A step waits for the one before it, so one strand of them takes six cycles for eight
     * bytes; the processor works on four strands at a time. They begin differently and are folded in order: what a changed
     * word does to its strand must not be what the same change does to another.
     */
    private static long strands(long state, byte[] data, int start, int end) {
        long first = state;
        long second = state + GOLDEN;
        long third = state + ROOT_3;
        long fourth = state + ROOT_5;
        int to = end - STRANDS_BYTES;
        for (int at = start; at <= to; at += STRANDS_BYTES) {
            first = step(first, (long) LONGS.get(data, at));
            second = step(second, (long) LONGS.get(data, at + 8));
            third = step(third, (long) LONGS.get(data, at + 16));
            fourth = step(fourth, (long) LONGS.get(data, at + 24));
        }
        return fold(fold(fold(first, second), third), fourth);
    }

    /** Fewer than eight bytes as one number: with the length, which is in the state, no two have the same. */
    private static long tail(long state, byte[] data, int start, int length) {
        if (length >= Integer.BYTES) {
            long low = (int) INTS.get(data, start) & 0xFFFFFFFFL;
            long high = (int) INTS.get(data, start + length - Integer.BYTES) & 0xFFFFFFFFL;
            return step(state, low | high << 32);
        }
        long bits = 0;
        for (int at = 0; at < length; at++) {
            bits = bits << 8 | data[start + at] & 0xFF;
        }
        return step(state, bits);
    }

    private static long step(long state, long bits) {
        long product = (state ^ bits) * GOLDEN;
        return product ^ product >>> 32;
    }
}
