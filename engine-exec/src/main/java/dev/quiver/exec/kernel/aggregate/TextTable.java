package dev.quiver.exec.kernel.aggregate;

import dev.quiver.QuiverException;
import dev.quiver.exec.kernel.key.Growth;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Texts and a value of one long each, side by side in one open-addressed array; but for those in a {@link WideTable}. A key of up to seven bytes is all in its
 * place, which then has the highest bit set; of a longer one the place says where the bytes are:
 *
 * <pre>
 * short key   1 . length (7 bits) . the bytes, the first in the lowest bits (56)
 * long key    0 . of the hash (15) . length (16) . where its bytes begin in {@link #bytes} (32)
 * </pre>
 *
 * 0 is an empty place. Most words are short keys: finding one of these touches one cache line. Bytes of a long key begin
 * at a multiple of 8 and are filled up with zeros, so that keys are compared word by word.
 */
final class TextTable {
    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MOST_PLACES = 1 << 29;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    /** Key and value of each place in turn. */
    long[] slots;

    byte[] bytes = new byte[1 << 13];

    int size;

    private int shift;
    private int limit;
    private int used = 8;

    /** @param places a power of two */
    TextTable(int places) {
        allot(places);
    }

    private void allot(int places) {
        slots = new long[2 * places];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(places);
        limit = places / 4 * 3;
    }

    /** What a place says of a short key: never 0. */
    static long shortKey(long bytes, int length) {
        return bytes | (0x80L | length) << 56;
    }

    /** How many bytes the key of a place has. */
    static int length(long place) {
        return place < 0 ? (int) (place >>> 56) & 0x7F : (int) (place >>> 32) & 0xFFFF;
    }

    /** The hash of a short key: its highest bits are the place. */
    private static long hash(long shortKey) {
        return (shortKey ^ shortKey >>> 29) * FACTOR;
    }

    /** The hash of a long key. @param data with zeros from its end on, up to a multiple of eight bytes of it */
    static long hash(byte[] data, int start, int length) {
        long hash = ((long) WORD.get(data, start) ^ length) * FACTOR;
        for (int at = 8; at < length; at += 8) {
            hash = (hash ^ hash >>> 32 ^ (long) WORD.get(data, start + at)) * FACTOR;
        }
        hash = (hash ^ hash >>> 32) * FACTOR;
        return hash ^ hash >>> 32;
    }

    /** Up to eight bytes as a number, the first in its lowest bits; those behind the end count as zero. */
    static long word(byte[] data, int at, int length) {
        if (at + Long.BYTES <= data.length) {
            long word = (long) WORD.get(data, at);
            return length >= Long.BYTES ? word : word & (1L << (length << 3)) - 1;
        }
        long word = 0;
        for (int place = Math.min(Long.BYTES, length) - 1; place >= 0; place--) {
            word = word << 8 | data[at + place] & 0xFF;
        }
        return word;
    }

    /** What the place of a long key says of it, but for where its bytes are. */
    private static long tag(long hash, int length) {
        return (hash << 48 | (long) length << 32) & Long.MAX_VALUE;
    }

    /** Where a short key is, or the empty place where it belongs. */
    int find(long shortKey) {
        long[] all = slots;
        int mask = all.length - 1;
        int at = (int) (hash(shortKey) >>> shift) << 1;
        for (long found = all[at]; found != shortKey && found != 0; found = all[at]) {
            at = at + 2 & mask;
        }
        return at;
    }

    /** Where a long key is, or the empty place where it belongs. @param key from its start, as for {@link #hash} */
    int find(byte[] key, int length, long hash) {
        long[] all = slots;
        int mask = all.length - 1;
        long tag = tag(hash, length);
        int at = (int) (hash >>> shift) << 1;
        for (long found = all[at]; found != 0; found = all[at]) {
            if ((found ^ tag) >>> 32 == 0 && isAt((int) found, key, length)) {
                break;
            }
            at = at + 2 & mask;
        }
        return at;
    }

    private boolean isAt(int start, byte[] key, int length) {
        byte[] own = bytes;
        for (int done = 0; done < length; done += 8) {
            if ((long) WORD.get(own, start + done) != (long) WORD.get(key, done)) {
                return false;
            }
        }
        return true;
    }

    /** Adds a short key that is not there yet at the empty place where it was looked for. */
    void put(int place, long shortKey, long value) {
        slots[place] = shortKey;
        slots[place + 1] = value;
        added();
    }

    /** Adds a long key that is not there yet at the empty place where it was looked for. */
    void put(int place, byte[] key, int length, long hash, long value) {
        int room = length + 7 & -8;
        if (used + room > bytes.length) {
            long wanted = Math.max(bytes.length * 2L, used + (long) room);
            if (used + (long) room > Integer.MAX_VALUE - 16) {
                throw full("keys of " + used + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
        System.arraycopy(key, 0, bytes, used, length);
        slots[place] = tag(hash, length) | used;
        slots[place + 1] = value;
        used += room;
        added();
    }

    /** Whether one key more makes the table grow. */
    boolean isFull() {
        return size == limit;
    }

    /** Whether one key more of so many bytes makes the table or the bytes grow. */
    boolean isFull(int length) {
        return isFull() || used + (length + 7 & -8) > bytes.length;
    }

    /** Tells what it takes with so many more keys, and bytes of keys. */
    void growth(int keys, long keyBytes, Growth into) {
        into.array(slots.length / 2, places(size + (long) keys), 2 * Long.BYTES);
        into.array(bytes.length, used + keyBytes + 8L * (keyBytes == 0 ? 0 : keys), Byte.BYTES);
    }

    /** How many places so many keys need. */
    static long places(long keys) {
        return (keys * 4 + 2) / 3;
    }

    private void added() {
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
                long hash = place < 0 ? hash(place) : hash(bytes, (int) place, length(place));
                int at = (int) (hash >>> shift) << 1;
                while (slots[at] != 0) {
                    at = at + 2 & mask;
                }
                slots[at] = place;
                slots[at + 1] = old[from + 1];
            }
        }
    }

    /** Writes the bytes of a place's key; up to eight bytes behind them may be overwritten. */
    void write(long place, byte[] into, int at) {
        if (place < 0) {
            WORD.set(into, at, place);
        } else {
            System.arraycopy(bytes, (int) place, into, at, length(place));
        }
    }

    private static QuiverException full(String what) {
        return new QuiverException(
                "One task holds " + what + ", more than its table can. Use more partitions for this operator.");
    }
}
