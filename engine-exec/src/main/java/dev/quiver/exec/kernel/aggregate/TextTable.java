package dev.quiver.exec.kernel.aggregate;

import dev.quiver.QuiverException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Texts and a value of one long each, side by side in one open-addressed array. A place says of its key, from the
 * highest bit: 16 bits of the hash, 16 bits of length, 32 bits of where its bytes begin in {@link #bytes}; 0 is an empty
 * place. Bytes of a key begin at a multiple of 8 and are filled up with zeros, so that keys are compared word by word.
 */
final class TextTable {
    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Longer keys have no place here. */
    static final int MOST_LENGTH = 0xFFFF;

    private static final int MOST_PLACES = 1 << 29;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    /** Key and value of each place in turn. */
    long[] slots;

    byte[] bytes = new byte[1 << 13];

    /** How far a hash is shifted to give a place. */
    int shift;

    int size;

    /** More keys than this and it must grow. */
    int limit;

    private int used = 8;

    /** @param places a power of two */
    TextTable(int places) {
        allot(places);
    }

    private void allot(int places) {
        slots = new long[2 * places];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(places);
        limit = places / 2;
    }

    /** Up to eight bytes as a number, the first in the lowest bits. */
    static long word(byte[] data, int at, int length) {
        if (at + 8 <= data.length) {
            long word = (long) WORD.get(data, at);
            return length >= 8 ? word : word & (1L << (length << 3)) - 1;
        }
        long word = 0;
        for (int index = Math.min(7, length - 1); index >= 0; index--) {
            word = word << 8 | data[at + index] & 0xFF;
        }
        return word;
    }

    /** The hash of bytes of which the first word is known. */
    static long hash(long first, byte[] data, int start, int length) {
        long hash = (first ^ length) * FACTOR;
        for (int at = 8; at < length; at += 8) {
            hash = (hash ^ hash >>> 32 ^ word(data, start + at, length - at)) * FACTOR;
        }
        hash = (hash ^ hash >>> 32) * FACTOR;
        return hash ^ hash >>> 32;
    }

    /** What a place says of a key, but for where its bytes are. */
    static long tag(long hash, int length) {
        return hash << 48 | (long) length << 32;
    }

    /** Whether the key of a place is made of these bytes, when tag and length agree. */
    boolean same(long place, long first, byte[] data, int start, int length) {
        int at = (int) place;
        byte[] own = bytes;
        if ((long) WORD.get(own, at) != first) {
            return false;
        }
        for (int done = 8; done < length; done += 8) {
            if ((long) WORD.get(own, at + done) != word(data, start + done, length - done)) {
                return false;
            }
        }
        return true;
    }

    /** Adds a key that is not there yet at the empty place where it was looked for. */
    void put(int place, long hash, byte[] data, int start, int length, long value) {
        int room = Math.max(8, length + 7 & -8);
        if (used + room > bytes.length) {
            long wanted = Math.max(bytes.length * 2L, used + (long) room);
            if (used + (long) room > Integer.MAX_VALUE - 16) {
                throw full("keys of " + used + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
        System.arraycopy(data, start, bytes, used, length);
        slots[place] = tag(hash, length) | used;
        slots[place + 1] = value;
        used += room;
        if (++size > limit) {
            grow();
        }
    }

    private void grow() {
        long[] old = slots;
        int places = old.length / 2;
        if (places >= MOST_PLACES) {
            throw full(size + " different keys");
        }
        allot(places * 2);
        int mask = slots.length - 1;
        for (int from = 0; from < old.length; from += 2) {
            long place = old[from];
            if (place != 0) {
                int start = (int) place;
                int length = (int) (place >>> 32) & 0xFFFF;
                int at = (int) (hash((long) WORD.get(bytes, start), bytes, start, length) >>> shift) << 1;
                while (slots[at] != 0) {
                    at = at + 2 & mask;
                }
                slots[at] = place;
                slots[at + 1] = old[from + 1];
            }
        }
    }

    private static QuiverException full(String what) {
        return new QuiverException(
                "One task holds " + what + ", more than its table can. Use more partitions for this operator.");
    }
}
