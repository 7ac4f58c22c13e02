package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;

/** The keys of one chunk of each of several runs: their words, whole keys where words are equal, and where each run is. */
final class ChunkKeys implements LoserTree.Order {
    private final FixedKeys fixed;
    private final boolean text;
    private final long flip;
    private final long[][] words;
    private final long[] heads;
    private final int[] next;
    private final Column.Slices[] slices;

    /** @param key shape of the keys, one that {@link BatchSorter} sorts */
    ChunkKeys(Shape key, boolean ascending, int runs) {
        this.fixed = FixedKeys.of(key);
        this.text = key == Shape.Scalar.STRING;
        this.flip = ascending ? 0 : -1;
        this.words = new long[runs][];
        this.heads = new long[runs];
        this.next = new int[runs];
        this.slices = new Column.Slices[runs];
    }

    /** A run goes on with the first row of another chunk; no key of it is null. */
    void chunk(int run, ColumnBatch chunk) {
        int rows = chunk.rows();
        long[] into = words[run];
        if (into == null || into.length < rows) {
            into = words[run] = new long[rows];
        }
        Column column = chunk.columns().get(0);
        if (fixed != null) {
            fixed.encode(column, rows, flip, into, 0);
        } else {
            Column.Slices keys = (Column.Slices) column;
            slices[run] = keys;
            byte[] data = keys.data();
            int[] offsets = keys.offsets();
            for (int row = 0; row < rows; row++) {
                into[row] = KeyWords.word(data, offsets[row], offsets[row + 1], text) ^ flip;
            }
        }
        head(run, 0);
    }

    /** A run is at a row of its chunk. */
    void head(int run, int row) {
        next[run] = row;
        heads[run] = words[run][row];
    }

    /** A run has ended. */
    void forget(int run) {
        words[run] = null;
        slices[run] = null;
    }

    @Override
    public boolean isBefore(int run, int other) {
        long word = heads[run];
        long otherWord = heads[other];
        return word != otherWord ? word < otherWord : isBeforeAmongEqual(run, next[run], other);
    }

    private boolean isBefore(int run, int row, int other) {
        long word = words[run][row];
        return word != heads[other] ? word < heads[other] : isBeforeAmongEqual(run, row, other);
    }

    private boolean isBeforeAmongEqual(int run, int row, int other) {
        if (fixed == null) {
            int order = compare(slices[run], row, slices[other], next[other]);
            if (order != 0) {
                return order < 0 == (flip == 0);
            }
        }
        return run < other;
    }

    /** Compares what follows the first words. */
    private int compare(Column.Slices keys, int row, Column.Slices others, int other) {
        int[] offsets = keys.offsets();
        int[] otherOffsets = others.offsets();
        int length = offsets[row + 1] - offsets[row];
        int otherLength = otherOffsets[other + 1] - otherOffsets[other];
        if (Math.min(length, otherLength) <= Long.BYTES) {
            return Integer.compare(length, otherLength);
        }
        return KeyWords.compare(
                keys.data(),
                offsets[row] + Long.BYTES,
                offsets[row + 1],
                others.data(),
                otherOffsets[other] + Long.BYTES,
                otherOffsets[other + 1],
                text);
    }

    /**
     * How far the rows of a run come before the next row of another: looks in growing steps, then halves the last.
     *
     * @param from a row that does
     * @param to   end of the chunk
     * @return the first row that does not, or the end
     */
    int endBefore(int run, int from, int to, int other) {
        int known = from;
        int step = 1;
        while (known + step < to && isBefore(run, known + step, other)) {
            known += step;
            step <<= 1;
        }
        int end = (int) Math.min(to, known + (long) step);
        while (known + 1 < end) {
            int middle = known + end >>> 1;
            if (isBefore(run, middle, other)) {
                known = middle;
            } else {
                end = middle;
            }
        }
        return end;
    }
}
