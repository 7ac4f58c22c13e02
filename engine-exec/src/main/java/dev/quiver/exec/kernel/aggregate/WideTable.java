package dev.quiver.exec.kernel.aggregate;

import dev.quiver.QuiverException;
import dev.quiver.exec.kernel.key.Growth;

/**
 * Keys of eight to fifteen bytes and a value of one long each, side by side in one open-addressed array of three longs a
 * place: the first eight bytes; the other bytes, with 1 and the length (7 bits) in the highest byte; the value. The second
 * long of an empty place is 0.
 */
final class WideTable {
    static final int PLACE = 3;

    private static final int MOST_PLACES = 1 << 29;
    private static final long FACTOR = 0xD6E8FEB86659FD93L;

    long[] slots;
    int size;
    private int shift;
    private int limit;

    /** @param places a power of two */
    WideTable(int places) {
        allot(places);
    }

    private void allot(int places) {
        slots = new long[PLACE * places];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(places);
        limit = places / 4 * 3;
    }

    /** The second long of a place, never 0. */
    static long second(long bytes, int length) {
        return bytes | (0x80L | length) << 56;
    }

    static int length(long second) {
        return (int) (second >>> 56) & 0x7F;
    }

    private int home(long first, long second) {
        long hash = (first ^ first >>> 32) * FACTOR ^ second;
        return (int) ((hash ^ hash >>> 29) * FACTOR >>> shift) * PLACE;
    }

    /** Where a key is, or the empty place where it belongs. */
    int find(long first, long second) {
        long[] all = slots;
        int at = home(first, second);
        for (long found = all[at + 1]; found != 0 && (found != second || all[at] != first); found = all[at + 1]) {
            at += PLACE;
            at = at == all.length ? 0 : at;
        }
        return at;
    }

    /** Adds a key that is not there yet at the empty place where it was looked for. */
    void put(int place, long first, long second, long value) {
        slots[place] = first;
        slots[place + 1] = second;
        slots[place + 2] = value;
        if (++size > limit) {
            grow();
        }
    }

    /** Whether one key more makes the table grow. */
    boolean isFull() {
        return size == limit;
    }

    /** Tells what it takes with so many more keys. */
    void growth(int keys, Growth into) {
        into.array(slots.length / PLACE, TextTable.places(size + (long) keys), PLACE * Long.BYTES);
    }

    private void grow() {
        long[] old = slots;
        int places = old.length / PLACE;
        if (places >= MOST_PLACES) {
            throw new QuiverException("One task holds " + size
                    + " different keys, more than its table can. Use more partitions for this operator.");
        }
        allot(places * 2);
        for (int from = 0; from < old.length; from += PLACE) {
            if (old[from + 1] != 0) {
                int at = find(old[from], old[from + 1]);
                System.arraycopy(old, from, slots, at, PLACE);
            }
        }
    }
}
