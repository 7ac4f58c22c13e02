package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Utf8;
import dev.quiver.exec.compile.TextKeyMerger;
import dev.quiver.exec.kernel.key.Growth;

/**
 * Merges values by keys that are texts, into tables. Generated code merges pairs one by one; rows that come as columns are
 * merged by the batch. Belongs to one task.
 */
abstract class TextMerge extends TextKeyMerger {
    private static final int FIRST_PLACES = 1 << 10;

    /** Keys of up to seven bytes, and those of more than fifteen. */
    TextTable table = new TextTable(FIRST_PLACES);

    /** Keys of lengths between. */
    WideTable wide = new WideTable(FIRST_PLACES);

    /** Rows merged one by one, to be counted; or null when they are not. */
    TextRows counted;

    /** A key of more than fifteen bytes while it is merged, see {@link #room}. */
    byte[] scratch = new byte[256];

    private int mostKeys = Integer.MAX_VALUE;
    private Full full;

    /** Asked before there are more keys than wanted, and before a table grows. */
    interface Full {
        /**
         * Hands on what the tables hold and empties them, if they hold too much or would.
         *
         * @param bytes that they take if they do not
         * @return whether they are empty now
         */
        boolean handOn(long bytes) throws Exception;
    }

    final void limit(int keys, Full whenFull) {
        mostKeys = keys;
        full = whenFull;
    }

    /** Most bytes that the tables take while so many keys are added, in whichever of them, with bytes of keys. */
    final long bytesWith(int keys, long keyBytes) {
        Growth growth = new Growth();
        table.growth(keys, keyBytes, growth);
        wide.growth(keys, growth);
        return growth.peakBytes();
    }

    final void clear() {
        table = new TextTable(FIRST_PLACES);
        wide = new WideTable(FIRST_PLACES);
    }

    final int size() {
        return table.size + wide.size;
    }

    /**
     * Merges rows {@code [from, to)} of columns; the value of row {@code from} is the first of {@code values}.
     *
     * @return the first row that was not merged: {@code to}, or an earlier one that was refused
     */
    abstract int merge(byte[] data, int[] offsets, long[] values, int from, int to) throws Exception;

    final void add(int place, long shortKey, long value) throws Exception {
        int at = handsOn(table.isFull(), 0) ? table.find(shortKey) : place;
        table.put(at, shortKey, value);
    }

    final void add(int place, long first, long second, long value) throws Exception {
        int at = handsOn(wide.isFull(), 0) ? wide.find(first, second) : place;
        wide.put(at, first, second, value);
    }

    /** Adds the key in {@link #scratch}. */
    final void add(int place, int length, long hash, long value) throws Exception {
        int at = handsOn(table.isFull(length), length) ? table.find(scratch, length, hash) : place;
        table.put(at, scratch, length, hash, value);
    }

    /** Whether the tables were replaced by empty ones, so that the place of a key is another. */
    private boolean handsOn(boolean grows, int keyBytes) throws Exception {
        return full != null && (grows || size() >= mostKeys) && full.handOn(bytesWith(1, keyBytes));
    }

    @Override
    public final byte[] room(int length) {
        int padded = length + 7 & -8;
        if (padded > scratch.length) {
            scratch = new byte[Math.max(padded, scratch.length * 2)];
        }
        return scratch;
    }

    /** Fills up the last word of a key in {@link #scratch} with zeros. */
    final void pad(int length) {
        for (int at = length; (at & 7) != 0; at++) {
            scratch[at] = 0;
        }
    }

    /** Puts a string into {@link #scratch}. @return how many bytes it has; below 0 when it is no key, or longer than one */
    final int utf8(String key) {
        if (!isLong(key.length())) {
            return -1;
        }
        int end = Utf8.put(key, room(key.length() * 3), 0);
        return isLong(end) ? end : -1;
    }
}
