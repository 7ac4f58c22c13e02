package dev.quiver.exec.kernel.key;

import java.util.Arrays;

/** Numbers keys of one primitive column, given as bits, in the order in which they come first. */
public final class KeyNumbers {
    private final FixedTable table = new FixedTable(1 << 10);
    private long[] keys = new long[512];

    /** The numbers of keys, put into an array from a place on. */
    public void of(long[] bits, int count, int[] into, int at) {
        for (int row = 0; row < count; row++) {
            into[at + row] = of(bits[row]);
        }
    }

    /** The numbers of keys, or -1 for those that are not there, put into an array from a place on. */
    public void find(long[] bits, int count, int[] into, int at) {
        for (int row = 0; row < count; row++) {
            into[at + row] = find(bits[row]);
        }
    }

    private int find(long key) {
        long[] slots = table.slots;
        int end = slots.length - 2;
        if (key == 0) {
            return slots[end] == 0 ? -1 : (int) slots[end + 1];
        }
        int at = (int) (FixedTable.spread(key) << FixedTable.RADIX_BITS >>> table.shift) << 1;
        for (long found = slots[at]; found != 0; found = slots[at]) {
            if (found == key) {
                return (int) slots[at + 1];
            }
            at = at + 2 & end - 1;
        }
        return -1;
    }

    private int of(long key) {
        long[] slots = table.slots;
        int end = slots.length - 2;
        if (key == 0) {
            if (slots[end] != 0) {
                return (int) slots[end + 1];
            }
        } else {
            int at = (int) (FixedTable.spread(key) << FixedTable.RADIX_BITS >>> table.shift) << 1;
            for (long found = slots[at]; found != 0; found = slots[at]) {
                if (found == key) {
                    return (int) slots[at + 1];
                }
                at = at + 2 & end - 1;
            }
        }
        int number = table.size;
        if (number == keys.length) {
            keys = Arrays.copyOf(keys, number * 2);
        }
        keys[number] = key;
        table.put(key, number);
        return number;
    }

    public int size() {
        return table.size;
    }

    /** Tells what they take with so many more keys. */
    void growth(int more, Growth into) {
        table.growth(more, into);
        into.array(keys.length, table.size + (long) more, Long.BYTES);
    }

    /** The key of a number. */
    public long key(int number) {
        return keys[number];
    }
}
