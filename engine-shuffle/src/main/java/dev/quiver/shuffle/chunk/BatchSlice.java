package dev.quiver.shuffle.chunk;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of a batch as a batch of their own. Copies, so that a small slice does not keep a large batch in memory. */
public final class BatchSlice {
    private BatchSlice() {}

    /**
     * The rows {@code [from, to)}.
     *
     * @throws IndexOutOfBoundsException if the batch has no such rows
     */
    public static ColumnBatch slice(ColumnBatch batch, int from, int to) {
        if (from < 0 || to < from || to > batch.rows()) {
            throw new IndexOutOfBoundsException("rows [" + from + ", " + to + ") of " + batch);
        }
        List<Column> columns = new ArrayList<>(batch.columns().size());
        for (Column column : batch.columns()) {
            columns.add(slice(column, from, to));
        }
        return new ColumnBatch(batch.shape(), to - from, columns);
    }

    /**
     * The rows in pieces of about {@code targetBytes}, each of one row at least; the batch itself when it is
     * smaller.
     */
    public static List<ColumnBatch> split(ColumnBatch batch, long targetBytes) {
        long pieces = Math.min(batch.rows(), (batch.sizeBytes() + targetBytes - 1) / targetBytes);
        if (pieces <= 1) {
            return List.of(batch);
        }
        List<ColumnBatch> split = new ArrayList<>((int) pieces);
        for (long piece = 0; piece < pieces; piece++) {
            int from = (int) (batch.rows() * piece / pieces);
            int to = (int) (batch.rows() * (piece + 1) / pieces);
            split.add(slice(batch, from, to));
        }
        return split;
    }

    private static Column slice(Column column, int from, int to) {
        long[] nulls = bits(column.nulls(), from, to);
        if (column instanceof Column.Longs longs) {
            return new Column.Longs(Arrays.copyOfRange(longs.values(), from, to), nulls);
        } else if (column instanceof Column.Ints ints) {
            return new Column.Ints(Arrays.copyOfRange(ints.values(), from, to), nulls);
        } else if (column instanceof Column.Shorts shorts) {
            return new Column.Shorts(Arrays.copyOfRange(shorts.values(), from, to), nulls);
        } else if (column instanceof Column.Doubles doubles) {
            return new Column.Doubles(Arrays.copyOfRange(doubles.values(), from, to), nulls);
        } else if (column instanceof Column.Floats floats) {
            return new Column.Floats(Arrays.copyOfRange(floats.values(), from, to), nulls);
        } else if (column instanceof Column.Bytes bytes) {
            return new Column.Bytes(Arrays.copyOfRange(bytes.values(), from, to), nulls);
        } else if (column instanceof Column.Slices slices) {
            int[] offsets = rebased(slices.offsets(), from, to);
            int start = slices.offsets()[from];
            return new Column.Slices(
                    Arrays.copyOfRange(slices.data(), start, start + offsets[to - from]), offsets, nulls);
        } else if (column instanceof Column.Lists lists) {
            int[] offsets = rebased(lists.offsets(), from, to);
            int start = lists.offsets()[from];
            return new Column.Lists(offsets, slice(lists.elements(), start, start + offsets[to - from]), nulls);
        }
        throw new IllegalStateException("a column of an unknown kind: " + column.getClass());
    }

    private static int[] rebased(int[] offsets, int from, int to) {
        int[] rebased = new int[to - from + 1];
        for (int row = from; row <= to; row++) {
            rebased[row - from] = offsets[row] - offsets[from];
        }
        return rebased;
    }

    /** The bits {@code [from, to)}, or null when none is set. */
    private static long[] bits(long[] bits, int from, int to) {
        if (bits == null) {
            return null;
        }
        long[] moved = new long[(to - from + 63) >>> 6];
        boolean any = false;
        for (int row = from; row < to; row++) {
            if ((bits[row >>> 6] & 1L << row) != 0) {
                moved[(row - from) >>> 6] |= 1L << (row - from);
                any = true;
            }
        }
        return any ? moved : null;
    }
}
