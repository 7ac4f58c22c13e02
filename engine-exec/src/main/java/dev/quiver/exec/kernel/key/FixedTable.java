package dev.quiver.exec.kernel.key;

import dev.quiver.QuiverException;

/**
 * Keys and values of one long each, side by side in one open-addressed array. A place is empty when its key is 0; the
 * key 0 itself lives behind the last place. Start of the key's place: the hash without its {@link #RADIX_BITS} highest
 * bits, which tell which table of several a key belongs to.
 */
public final class FixedTable {
    public static final int RADIX_BITS = 7;
    private static final int MOST_PLACES = 1 << 29;

    /** Key and value of each place in turn; at the end key 0: 1 when it is there, and its value. */
    public long[] slots;

    /** How far a hash is shifted to give a place. */
    public int shift;

    public int size;

    /** More keys than this and it must grow. */
    public int limit;

    /** @param places a power of two */
    public FixedTable(int places) {
        allot(places);
    }

    private void allot(int places) {
        slots = new long[2 * places + 2];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(places);
        limit = places / 2;
    }

    /** Unlike the partitioner's hash in every bit: keys of one reduce partition agree in the bits it looks at. */
    public static long spread(long key) {
        long mixed = (key ^ key >>> 32) * 0xD6E8FEB86659FD93L;
        return (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    }

    public void grow() {
        long[] old = slots;
        int places = (old.length - 2) / 2;
        if (places >= MOST_PLACES) {
            throw new QuiverException("One task holds " + size + " different keys, more than its table can. Use more"
                    + " partitions for this operator.");
        }
        allot(places * 2);
        int end = old.length - 2;
        for (int at = 0; at < end; at += 2) {
            if (old[at] != 0) {
                place(old[at], old[at + 1]);
            }
        }
        slots[slots.length - 2] = old[end];
        slots[slots.length - 1] = old[end + 1];
    }

    /** Tells what it takes with so many more keys. */
    public void growth(int more, Growth into) {
        long places = (slots.length - 2) / 2;
        into.array(places, (size + (long) more) * 2, 2 * Long.BYTES);
    }

    /** Adds a key that is not there yet. */
    public void put(long key, long value) {
        if (key == 0) {
            slots[slots.length - 2] = 1;
            slots[slots.length - 1] = value;
        } else {
            place(key, value);
        }
        if (++size > limit) {
            grow();
        }
    }

    private void place(long key, long value) {
        int mask = slots.length - 3;
        int at = (int) (spread(key) << RADIX_BITS >>> shift) << 1;
        while (slots[at] != 0) {
            at = at + 2 & mask;
        }
        slots[at] = key;
        slots[at + 1] = value;
    }
}
