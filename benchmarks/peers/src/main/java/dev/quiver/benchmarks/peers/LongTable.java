package dev.quiver.benchmarks.peers;

/** Longs by long, with linear probing; keys are counted from one so that zero marks a free slot. Grows by halves. */
final class LongTable {
    long[] values;
    int size;
    private long[] keys;
    private int shift;

    LongTable(int expected) {
        int bits = Math.max(4, 33 - Integer.numberOfLeadingZeros(expected));
        keys = new long[1 << bits];
        values = new long[1 << bits];
        shift = 64 - bits;
    }

    /** Where the key is; made when it is not there. */
    int slot(long key) {
        int slot = probe(key);
        if (keys[slot] == 0) {
            if (2 * ++size > keys.length) {
                grow();
                slot = probe(key);
            }
            keys[slot] = key + 1;
        }
        return slot;
    }

    /** Where the key is, or -1. */
    int find(long key) {
        int slot = probe(key);
        return keys[slot] == 0 ? -1 : slot;
    }

    private int probe(long key) {
        // The top bits chose the piece that this table is for, so others choose the slot.
        int slot = (int) ((key * 0x9E3779B97F4A7C15L << 7) >>> shift);
        while (keys[slot] != 0 && keys[slot] != key + 1) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] formerKeys = keys;
        long[] formerValues = values;
        keys = new long[2 * formerKeys.length];
        values = new long[keys.length];
        shift--;
        for (int index = 0; index < formerKeys.length; index++) {
            if (formerKeys[index] != 0) {
                int slot = probe(formerKeys[index] - 1);
                keys[slot] = formerKeys[index];
                values[slot] = formerValues[index];
            }
        }
    }
}
