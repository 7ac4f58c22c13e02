package dev.quiver.exec.kernel.sort;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorts pairs by key in natural order; equal keys stay as they came, and null is the smallest key. Takes batches of one
 * shape, whose key is a long, an int, a double, a date or time in one column, text or bytes. Sorts a long per row: the
 * whole key where it fits, else its first eight bytes, and beside it the value where that is one number, else the row's
 * name, by which the columns are gathered at the end.
 */
public final class BatchSorter {
    private static final int BATCH_ROWS = 4096;
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

    private final Shape.PairOf shape;
    private final FixedKeys fixedKeys;
    private final long flip;
    private final Runnable checkKilled;
    private final List<ColumnBatch> batches = new ArrayList<>();
    private long rows;
    private SortedRows sorted;
    private int next;

    private BatchSorter(Shape.PairOf shape, boolean ascending, Runnable checkKilled) {
        this.shape = shape;
        this.fixedKeys = FixedKeys.of(shape.key());
        this.flip = ascending ? 0 : -1;
        this.checkKilled = checkKilled;
    }

    /**
     * A sorter of batches of this shape, or null when it cannot sort them.
     *
     * @param checkKilled called now and then in long loops, to throw when the task shall stop
     */
    public static BatchSorter of(Shape shape, boolean ascending, Runnable checkKilled) {
        return shape instanceof Shape.PairOf pair && sorts(pair.key())
                ? new BatchSorter(pair, ascending, checkKilled)
                : null;
    }

    private static boolean sorts(Shape key) {
        return FixedKeys.of(key) != null
                || key == Shape.Scalar.STRING
                || key == Shape.Scalar.TEXT
                || key == Shape.Scalar.BYTES;
    }

    /** Takes a batch, which it keeps; or returns false, having changed nothing, when its shape differs. */
    public boolean add(ColumnBatch batch) {
        if (!batch.shape().equals(shape)) {
            return false;
        }
        batches.add(batch);
        rows += batch.rows();
        return true;
    }

    /** What was added so far, as it came. */
    public List<ColumnBatch> batches() {
        return batches;
    }

    /** The next rows in order, or null at the end. Sorts at the first call; then nothing more can be added. */
    public ColumnBatch next() {
        if (rows == 0) {
            return null;
        }
        if (sorted == null) {
            sorted = sort();
        }
        int count = (int) Math.min(BATCH_ROWS, rows - next);
        if (count == 0) {
            sorted = null;
            batches.clear();
            rows = 0;
            return null;
        }
        checkKilled.run();
        ColumnBatch batch = new ColumnBatch(shape, count, sorted.columns(next, count));
        next += count;
        return batch;
    }

    private SortedRows sort() {
        if (rows > MOST_ROWS) {
            throw new QuiverException("One task sorts " + rows + " rows, more than it can. Sort into more partitions.");
        }
        boolean nullKeys =
                batches.stream().anyMatch(batch -> hasNulls(batch.columns().get(0), batch.rows()));
        ValueBits values = nullKeys || fixedKeys == null ? null : ValueBits.of(batches);
        long[] keys = new long[(int) rows];
        long[] payload = new long[(int) rows];
        RadixSort radix = new RadixSort(checkKilled);
        SliceTies slices =
                fixedKeys == null ? new SliceTies(batches, shape.key() == Shape.Scalar.STRING, flip, radix) : null;
        long[] nullIds = new long[0];
        int at = 0;
        for (int index = 0; index < batches.size(); index++) {
            ColumnBatch batch = batches.get(index);
            Column keyColumn = batch.columns().get(0);
            if (fixedKeys != null) {
                fixedKeys.encode(keyColumn, batch.rows(), flip, keys, at);
            } else {
                slices.encode(index, batch.rows(), keys, at);
            }
            if (values != null) {
                values.encode(batch.columns().get(1), batch.rows(), payload, at);
                at += batch.rows();
            } else if (hasNulls(keyColumn, batch.rows())) {
                long[] found = new long[batch.rows()];
                int missing = 0;
                int kept = at;
                for (int row = 0; row < batch.rows(); row++) {
                    if (keyColumn.isNull(row)) {
                        found[missing++] = RowGather.id(index, row);
                    } else {
                        keys[kept] = keys[at + row];
                        payload[kept++] = RowGather.id(index, row);
                    }
                }
                nullIds = java.util.Arrays.copyOf(nullIds, nullIds.length + missing);
                System.arraycopy(found, 0, nullIds, nullIds.length - missing, missing);
                at = kept;
            } else {
                long first = RowGather.id(index, 0);
                for (int row = 0; row < batch.rows(); row++) {
                    payload[at + row] = first + row;
                }
                at += batch.rows();
            }
            checkKilled.run();
        }
        if (values != null) {
            batches.clear();
        }
        radix.sort(keys, payload, at);
        if (slices != null) {
            slices.settle(keys, payload, at);
        }
        if (values != null) {
            return (from, count) ->
                    List.of(fixedKeys.decode(keys, from, count, flip), values.decode(payload, from, count));
        }
        boolean keysFromRows = slices != null || nullIds.length > 0;
        if (nullIds.length > 0) {
            System.arraycopy(payload, 0, payload, flip == 0 ? nullIds.length : 0, at);
            System.arraycopy(nullIds, 0, payload, flip == 0 ? 0 : at, nullIds.length);
        }
        RowGather gather = RowGather.of(
                batches, keysFromRows ? 0 : 1, batches.get(0).columns().size());
        return (from, count) -> {
            List<Column> columns = gather.take(payload, from, count);
            if (!keysFromRows) {
                columns.add(0, fixedKeys.decode(keys, from, count, flip));
            }
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

    /** Makes columns of rows in their order. */
    private interface SortedRows {
        List<Column> columns(int from, int count);
    }
}
