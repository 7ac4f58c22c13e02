package dev.quiver.exec.kernel.aggregate;

import dev.quiver.Text;
import dev.quiver.exec.column.Utf8;
import dev.quiver.exec.compile.TextKeyMerger;

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

    /** Called when there are more keys than wanted; empties the table. */
    interface Full {
        void handOn() throws Exception;
    }

    final void limit(int keys, Full whenFull) {
        mostKeys = keys;
        full = whenFull;
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
        table.put(place, shortKey, value);
        handOnIfFull();
    }

    final void add(int place, long first, long second, long value) throws Exception {
        wide.put(place, first, second, value);
        handOnIfFull();
    }

    final void add(int place, Text key, long hash, long value) throws Exception {
        table.put(place, key, hash, value);
        handOnIfFull();
    }

    private void handOnIfFull() throws Exception {
        if (size() > mostKeys) {
            full.handOn();
        }
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
