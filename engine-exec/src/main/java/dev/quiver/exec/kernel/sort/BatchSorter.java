package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Sorts pairs by key in natural order; equal keys stay as they came, and null is the smallest key. Takes batches of one
 * shape, whose key is a long, an int, a double, a date or time in one column, text or bytes. Sorts a long per row: the
 * whole key where it fits, else its first eight bytes, and beside it the value where that is one number, else the row's
 * name, by which the columns are gathered at the end.
 */
public final class BatchSorter {
    /** Bytes that sorting takes for a row besides the row itself: two longs, and two to deal them out into. */
    public static final int ROW_BYTES = 4 * Long.BYTES;

    private final Shape.PairOf shape;
    private final FixedKeys fixedKeys;
    private final boolean ascending;
    private final long flip;
    private final int mostRows;
    private final Runnable checkKilled;
    private List<ColumnBatch> batches = new ArrayList<>();
    private int rows;

    private BatchSorter(Shape.PairOf shape, boolean ascending, int mostRows, Runnable checkKilled) {
        this.shape = shape;
        this.fixedKeys = FixedKeys.of(shape.key());
        this.ascending = ascending;
        this.flip = ascending ? 0 : -1;
        this.mostRows = mostRows;
        this.checkKilled = checkKilled;
    }

    /**
     * A sorter of batches of this shape, or null when it cannot sort them.
     *
     * @param mostRows    rows that are sorted at once at most; a batch with more is sorted by itself
     * @param checkKilled called now and then in long loops, to throw when the task shall stop
     */
    public static BatchSorter of(Shape shape, boolean ascending, int mostRows, Runnable checkKilled) {
        return shape instanceof Shape.PairOf pair && sorts(pair.key())
                ? new BatchSorter(pair, ascending, mostRows, checkKilled)
                : null;
    }

    /** Whether pairs with keys of a shape can be sorted. */
    public static boolean sorts(Shape key) {
        return FixedKeys.of(key) != null
                || key == Shape.Scalar.STRING
                || key == Shape.Scalar.TEXT
                || key == Shape.Scalar.BYTES;
    }

    /** Whether a batch has the shape of those that this sorts. */
    public boolean takes(ColumnBatch batch) {
        return batch.shape().equals(shape);
    }

    /** Whether a batch may be added to those there are. */
    public boolean hasRoom(ColumnBatch batch) {
        return rows == 0 || rows + (long) batch.rows() <= mostRows;
    }

    /** Takes a batch, which it keeps. @throws IllegalArgumentException when this does not take it or has no room */
    public void add(ColumnBatch batch) {
        if (!takes(batch) || !hasRoom(batch)) {
            throw new IllegalArgumentException(batch + " cannot be added to " + rows + " rows of " + shape);
        }
        batches.add(batch);
        rows += batch.rows();
    }

    /** How many rows were added. */
    public int rows() {
        return rows;
    }

    /** What was added, as it came. */
    public List<ColumnBatch> batches() {
        return Collections.unmodifiableList(batches);
    }

    /** Sorts what was added; there are no rows any more afterwards, and others can be added. */
    public SortedRows sort() {
        int count = rows;
        List<ColumnBatch> taken = batches;
        batches = new ArrayList<>();
        rows = 0;
        if (count == 0) {
            return SortedRows.none(shape, checkKilled);
        }
        boolean nullKeys =
                taken.stream().anyMatch(batch -> hasNulls(batch.columns().get(0), batch.rows()));
        ValueBits values = nullKeys || fixedKeys == null ? null : ValueBits.of(taken);
        long[] keys = new long[count];
        long[] payload = new long[count];
        return values == null ? sortIds(taken, keys, payload) : sortValues(taken, values, keys, payload);
    }

    /** Values of one number move with their keys, and the batches are needed no more. */
    private SortedRows sortValues(List<ColumnBatch> taken, ValueBits values, long[] keys, long[] payload) {
        int at = 0;
        for (ColumnBatch batch : taken) {
            fixedKeys.encode(batch.columns().get(0), batch.rows(), flip, keys, at);
            values.encode(batch.columns().get(1), batch.rows(), payload, at);
            at += batch.rows();
            checkKilled.run();
        }
        taken.clear();
        new RadixSort(checkKilled).sort(keys, payload, at);
        SortedRows.Columns keyed = (from, count) ->
                List.of(fixedKeys.decode(keys, from, count, flip), values.decode(payload, from, count));
        return new SortedRows(shape, ascending, keyed, at, null, 0, checkKilled);
    }

    private SortedRows sortIds(List<ColumnBatch> taken, long[] keys, long[] payload) {
        RadixSort radix = new RadixSort(checkKilled);
        SliceTies slices =
                fixedKeys == null ? new SliceTies(taken, shape.key() == Shape.Scalar.STRING, flip, radix) : null;
        NullRows nulls = new NullRows();
        int at = 0;
        for (int index = 0; index < taken.size(); index++) {
            ColumnBatch batch = taken.get(index);
            Column keyColumn = batch.columns().get(0);
            if (fixedKeys != null) {
                fixedKeys.encode(keyColumn, batch.rows(), flip, keys, at);
            } else {
                slices.encode(index, batch.rows(), keys, at);
            }
            if (hasNulls(keyColumn, batch.rows())) {
                at = nulls.setApart(index, keyColumn, batch.rows(), keys, payload, at);
            } else {
                long first = RowGather.id(index, 0);
                for (int row = 0; row < batch.rows(); row++) {
                    payload[at + row] = first + row;
                }
                at += batch.rows();
            }
            checkKilled.run();
        }
        radix.sort(keys, payload, at);
        if (slices != null) {
            slices.settle(keys, payload, at);
        }
        int columns = taken.get(0).columns().size();
        RowGather whole = slices != null || nulls.count > 0 ? RowGather.of(taken, 0, columns) : null;
        SortedRows.Columns keyed = slices != null
                ? (from, count) -> whole.take(payload, from, count)
                : decoded(keys, payload, RowGather.of(taken, 1, columns));
        SortedRows.Columns keyless = (from, count) -> whole.take(nulls.ids, from, count);
        return new SortedRows(shape, ascending, keyed, at, keyless, nulls.count, checkKilled);
    }

    private SortedRows.Columns decoded(long[] keys, long[] payload, RowGather values) {
        return (from, count) -> {
            List<Column> columns = values.take(payload, from, count);
            columns.add(0, fixedKeys.decode(keys, from, count, flip));
            return columns;
        };
    }

    private static boolean hasNulls(Column column, int rows) {
        if (column.nulls() != null) {
            for (int row = 0; row < rows; row++) {
                if (column.isNull(row)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Rows without a key, in the order in which they came. */
    private static final class NullRows {
        private long[] ids = new long[0];
        private int count;

        /** Names the rows of a batch, those with a key in {@code payload} from {@code at} on. @return where they end */
        int setApart(int index, Column keyColumn, int rows, long[] keys, long[] payload, int at) {
            if (count + rows > ids.length) {
                ids = Arrays.copyOf(ids, Math.max(count + rows, ids.length * 3 / 2));
            }
            int kept = at;
            for (int row = 0; row < rows; row++) {
                if (keyColumn.isNull(row)) {
                    ids[count++] = RowGather.id(index, row);
                } else {
                    keys[kept] = keys[at + row];
                    payload[kept++] = RowGather.id(index, row);
                }
            }
            return kept;
        }
    }
}
