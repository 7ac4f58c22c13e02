package dev.quiver.exec.pipeline;

import dev.quiver.QuiverException;
import dev.quiver.Text;
import dev.quiver.exec.kernel.key.Growth;
import dev.quiver.exec.memory.RowSizes;
import java.util.Arrays;

/**
 * Keys and a value each, in the order in which the keys came. An open-addressed index over dense arrays: no object per
 * entry, and one probe to find or add. A place of the index holds the key's hash above the entry's number plus one, so
 * that a probe touches a key only when it is very likely the right one. Keys may be null.
 */
final class GroupTable {
    private static final int FIRST_ENTRIES = 64;
    private static final int MOST_ENTRIES = 1 << 29;

    private Object[] keys = new Object[FIRST_ENTRIES];
    private Object[] values = new Object[FIRST_ENTRIES];
    private long[] index = new long[FIRST_ENTRIES * 2];
    private int size;

    int size() {
        return size;
    }

    Object key(int entry) {
        return keys[entry];
    }

    Object value(int entry) {
        return values[entry];
    }

    void value(int entry, Object value) {
        values[entry] = value != values[entry] && value instanceof Text slice ? slice.copy() : value;
    }

    /** The entry of a key; or, when the key is new, the complement ({@code ~}) of the entry that was added for it. */
    int entry(Object key) {
        int hash = spread(key == null ? 0 : key.hashCode());
        int mask = index.length - 1;
        int at = hash & mask;
        for (long place = index[at]; place != 0; place = index[at]) {
            if ((int) (place >>> 32) == hash) {
                int entry = (int) place - 1;
                Object other = keys[entry];
                if (other == key || key != null && key.equals(other)) {
                    return entry;
                }
            }
            at = at + 1 & mask;
        }
        if (size == keys.length) {
            grow();
            at = free(hash);
        }
        // A slice would keep all of the text around it.
        keys[size] = key instanceof Text slice ? slice.copy() : key;
        index[at] = (long) hash << 32 | size + 1;
        return ~size++;
    }

    /** Most bytes that it takes while so many keys are added, if all are new; without the keys and values. */
    long bytesWith(int more) {
        Growth growth = new Growth();
        growth.array(keys.length, size + (long) more, RowSizes.REFERENCE);
        growth.array(values.length, size + (long) more, RowSizes.REFERENCE);
        growth.array(index.length, 2 * (size + (long) more), Long.BYTES);
        return growth.peakBytes();
    }

    private int free(int hash) {
        int mask = index.length - 1;
        int at = hash & mask;
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        if (size >= MOST_ENTRIES) {
            throw new QuiverException("One task holds " + size + " different keys, more than its table can. Use more"
                    + " partitions for this operator.");
        }
        int capacity = size * 2;
        keys = Arrays.copyOf(keys, capacity);
        values = Arrays.copyOf(values, capacity);
        long[] old = index;
        index = new long[capacity * 2];
        for (long place : old) {
            if (place != 0) {
                index[free((int) (place >>> 32))] = place;
            }
        }
    }

    /** Another spread than the partitioner's: keys of one partition agree in the bits that it looks at. */
    private static int spread(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        mixed = (mixed ^ mixed >>> 13) * 0xC2B2AE35;
        return mixed ^ mixed >>> 16;
    }

    /** Forgets all keys, and gives up the room they took. */
    void clear() {
        keys = new Object[FIRST_ENTRIES];
        values = new Object[FIRST_ENTRIES];
        index = new long[FIRST_ENTRIES * 2];
        size = 0;
    }
}
