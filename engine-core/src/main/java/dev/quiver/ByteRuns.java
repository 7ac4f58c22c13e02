package dev.quiver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes looked at eight at a time. */
final class ByteRuns {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private ByteRuns() {}

    /** Position of the first such byte in {@code [from, to)}, or {@code to}. */
    static int find(byte[] data, int from, int to, byte wanted) {
        long pattern = (wanted & 0xFFL) * ONES;
        int at = from;
        // Words may reach beyond the end, as long as the array does: what is found there counts as the end.
        int last = data.length - Long.BYTES;
        for (; at < to && at <= last; at += Long.BYTES) {
            long word = (long) LONGS.get(data, at) ^ pattern;
            long zeros = word - ONES & ~word & HIGH_BITS;
            if (zeros != 0) {
                return Math.min(to, at + (Long.numberOfTrailingZeros(zeros) >>> 3));
            }
        }
        for (; at < to; at++) {
            if (data[at] == wanted) {
                return at;
            }
        }
        return to;
    }

    /** Copies bytes; few of them as two words that overlap, which costs less than the general way. */
    static void copy(byte[] from, int start, int length, byte[] into, int at) {
        if (length > 2 * Long.BYTES || length < Integer.BYTES) {
            System.arraycopy(from, start, into, at, length);
        } else if (length >= Long.BYTES) {
            int last = length - Long.BYTES;
            long head = (long) LONGS.get(from, start);
            long tail = (long) LONGS.get(from, start + last);
            LONGS.set(into, at, head);
            LONGS.set(into, at + last, tail);
        } else {
            int last = length - Integer.BYTES;
            int head = (int) INTS.get(from, start);
            int tail = (int) INTS.get(from, start + last);
            INTS.set(into, at, head);
            INTS.set(into, at + last, tail);
        }
    }
}
