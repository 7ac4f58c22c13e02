package dev.quiver.exec.kernel.aggregate;

import dev.quiver.Text;
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

    private byte[] scratch = new byte[256];
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

    final void add(int place, Text key, long hash, long value) throws Exception {
        int at = handsOn(table.isFull(key.length()), key.length()) ? table.find(key, hash) : place;
        table.put(at, key, hash, value);
    }

    /** Whether the tables were replaced by empty ones, so that the place of a key is another. */
    private boolean handsOn(boolean grows, int keyBytes) throws Exception {
        return full != null && (grows || size() >= mostKeys) && full.handOn(bytesWith(1, keyBytes));
    }

    /** A text of the same bytes, good until the next call; null when there is none. */
    final Text utf8(String key) {
        long most = key.length() * 3L;
        if (most > scratch.length) {
            if (key.length() > TextTable.MOST_LENGTH) {
                return null;
            }
            scratch = new byte[(int) most];
        }
        int end = Utf8.put(key, scratch, 0);
        return end < 0 ? null : Text.wrap(scratch, 0, end);
    }
}
