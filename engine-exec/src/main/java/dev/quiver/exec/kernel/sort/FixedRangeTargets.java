package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;

/** Targets of keys of one width: a search among longs, without a branch that could be guessed wrongly. */
final class FixedRangeTargets implements RangeTargets {
    private final Bounds bounds;
    private final FixedKeys kind;
    private final long[] sorted;
    private long[] keys = new long[0];

    private FixedRangeTargets(Bounds bounds, FixedKeys kind, long[] sorted) {
        this.bounds = bounds;
        this.kind = kind;
        this.sorted = sorted;
    }

    /** Or null when a bound is of another class than the keys. */
    static FixedRangeTargets of(Bounds bounds, FixedKeys kind, Shape key) {
        Column column = column(bounds, key);
        if (column == null) {
            return null;
        }
        long[] sorted = new long[bounds.values().length];
        kind.encode(column, sorted.length, bounds.flip(), sorted, 0);
        return new FixedRangeTargets(bounds, kind, sorted);
    }

    private static Column column(Bounds bounds, Shape key) {
        List<Object> values = List.of(bounds.values());
        if (key == Shape.Scalar.LONG && bounds.are(Long.class)) {
            return new Column.Longs(
                    values.stream().mapToLong(bound -> (long) bound).toArray(), null);
        }
        if (key == Shape.Scalar.LOCAL_DATE && bounds.are(LocalDate.class)) {
            return new Column.Longs(
                    values.stream()
                            .mapToLong(bound -> ((LocalDate) bound).toEpochDay())
                            .toArray(),
                    null);
        }
        if (key == Shape.Scalar.LOCAL_TIME && bounds.are(LocalTime.class)) {
            return new Column.Longs(
                    values.stream()
                            .mapToLong(bound -> ((LocalTime) bound).toNanoOfDay())
                            .toArray(),
                    null);
        }
        if (key == Shape.Scalar.INT && bounds.are(Integer.class)) {
            return new Column.Ints(
                    values.stream().mapToInt(bound -> (int) bound).toArray(), null);
        }
        return key == Shape.Scalar.DOUBLE && bounds.are(Double.class)
                ? new Column.Doubles(
                        values.stream().mapToDouble(bound -> (double) bound).toArray(), null)
                : null;
    }

    @Override
    public void targets(ColumnBatch batch, int[] out) {
        int rows = batch.rows();
        if (keys.length < rows) {
            keys = new long[rows];
        }
        Column column = batch.columns().get(0);
        kind.encode(column, rows, bounds.flip(), keys, 0);
        for (int row = 0; row < rows; row++) {
            out[row] = bounds.first() + below(sorted, keys[row]);
        }
        bounds.placeNulls(column, rows, out);
    }

    /** How many bounds are below a key. */
    private static int below(long[] bounds, long key) {
        int low = 0;
        int length = bounds.length;
        while (length > 1) {
            int half = length >>> 1;
            low += bounds[low + half - 1] < key ? half : 0;
            length -= half;
        }
        return length == 1 && bounds[low] < key ? low + 1 : low;
    }
}
