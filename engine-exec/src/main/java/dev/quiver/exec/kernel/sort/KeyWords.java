package dev.quiver.exec.kernel.sort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Byte strings as words of eight bytes that compare, as signed longs, like the bytes do unsigned. What is shorter is
 * filled up with zeros, so that equal words do not yet make equal keys. Text is compared by its UTF-16 units, as
 * {@code String.compareTo} does: there, characters beyond U+FFFF (UTF-8 that starts with F0 to F4) come before U+E000 to
 * U+FFFF (UTF-8 that starts with EE or EF), so those two first bytes count as FE and FF.
 */
final class KeyWords {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private KeyWords() {}

    /** The eight bytes of {@code data[start, end)} from {@code start}. */
    static long word(byte[] data, int start, int end, boolean text) {
        long word;
        int length = end - start;
        if (length >= 8) {
            word = (long) WORD.get(data, start);
        } else if (start <= data.length - 8) {
            word = length <= 0 ? 0 : (long) WORD.get(data, start) & -1L << 64 - 8 * length;
        } else {
            word = 0;
            for (int at = start; at < end; at++) {
                word |= (data[at] & 0xFFL) << 56 - 8 * (at - start);
            }
        }
        if (text && (word & HIGH_BITS) != 0) {
            word = inUnits(word);
        }
        return word ^ Long.MIN_VALUE;
    }

    /** Compares {@code data[start, end)} with all of another byte string. */
    static int compare(byte[] data, int start, int end, byte[] other, boolean text) {
        return compare(data, start, end, other, 0, other.length, text);
    }

    /** Compares {@code data[start, end)} with {@code other[otherStart, otherEnd)}. */
    static int compare(byte[] data, int start, int end, byte[] other, int otherStart, int otherEnd, boolean text) {
        int length = end - start;
        int otherLength = otherEnd - otherStart;
        int shared = Math.min(length, otherLength);
        for (int at = 0; at < shared; at += Long.BYTES) {
            int order = Long.compare(word(data, start + at, end, text), word(other, otherStart + at, otherEnd, text));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(length, otherLength);
    }

    private static long inUnits(long word) {
        long changed = word;
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            long value = word >>> shift & 0xFF;
            if (value == 0xEE || value == 0xEF) {
                changed |= 0x10L << shift;
            }
        }
        return changed;
    }
}
