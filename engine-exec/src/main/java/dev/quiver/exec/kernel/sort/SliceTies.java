package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.List;

/** Byte strings as sort keys: their words, and the order among rows whose words so far are equal. */
final class SliceTies {
    private static final int WORD_BYTES = Long.BYTES;

    private final byte[][] data;
    private final int[][] offsets;
    private final boolean text;
    private final long flip;
    private final RadixSort sort;

    SliceTies(List<ColumnBatch> batches, boolean text, long flip, RadixSort sort) {
        this.data = new byte[batches.size()][];
        this.offsets = new int[batches.size()][];
        for (int batch = 0; batch < data.length; batch++) {
            Column.Slices keys = (Column.Slices) batches.get(batch).columns().get(0);
            data[batch] = keys.data();
            offsets[batch] = keys.offsets();
        }
        this.text = text;
        this.flip = flip;
        this.sort = sort;
    }

    /** The first words of the keys of a batch. */
    void encode(int batch, int rows, long[] into, int at) {
        byte[] bytes = data[batch];
        int[] places = offsets[batch];
        for (int row = 0; row < rows; row++) {
            into[at + row] = KeyWords.word(bytes, places[row], places[row + 1], text) ^ flip;
        }
    }

    /** Orders the rows of all runs of equal first words. */
    void settle(long[] words, long[] ids, int rows) {
        settle(words, ids, 0, rows, WORD_BYTES);
    }

    /** @param done bytes that are equal within each run of equal words */
    private void settle(long[] words, long[] ids, int from, int to, int done) {
        int start = from;
        while (start < to) {
            int end = start + 1;
            while (end < to && words[end] == words[start]) {
                end++;
            }
            if (end - start > 1) {
                settleRun(words, ids, start, end, done);
            }
            start = end;
        }
    }

    /** Keys that have ended come first (in the direction asked for), the shortest foremost; then the others by word. */
    private void settleRun(long[] words, long[] ids, int from, int to, int done) {
        // Loops instead of recursing while all rows of the run stay together: keys may share a prefix of any length.
        int depth = done;
        while (true) {
            int ended = 0;
            for (int row = from; row < to; row++) {
                int length = length(ids[row]);
                boolean over = length <= depth;
                ended += over ? 1 : 0;
                words[row] = (over ? length - depth - 1L : 0) ^ flip;
            }
            sort.sort(words, ids, from, to);
            int first = flip == 0 ? from + ended : from;
            int last = flip == 0 ? to : to - ended;
            if (last - first < 2) {
                return;
            }
            for (int row = first; row < last; row++) {
                int batch = (int) (ids[row] >>> 32);
                int index = (int) ids[row];
                words[row] = KeyWords.word(data[batch], offsets[batch][index] + depth, offsets[batch][index + 1], text)
                        ^ flip;
            }
            sort.sort(words, ids, first, last);
            depth += WORD_BYTES;
            if (words[first] != words[last - 1]) {
                settle(words, ids, first, last, depth);
                return;
            }
            from = first;
            to = last;
        }
    }

    private int length(long id) {
        int[] places = offsets[(int) (id >>> 32)];
        return places[(int) id + 1] - places[(int) id];
    }
}
