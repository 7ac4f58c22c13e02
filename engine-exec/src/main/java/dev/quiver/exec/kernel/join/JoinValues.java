package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.shape.Shape;
import java.util.List;

/** Keys and values of one side of a join, to be copied by row. */
final class JoinValues {
    private final ColumnBatch pairs;
    private final int keyColumns;
    private final boolean optional;
    private final RowGather keys;
    private final RowGather values;

    /** @param optional whether values may be missing, and are optionals in the result */
    JoinValues(ColumnBatch pairs, boolean optional) {
        this.pairs = pairs;
        this.optional = optional;
        this.keyColumns = ColumnLayout.columnCount(shape().key());
        this.keys = RowGather.of(List.of(pairs), 0, keyColumns);
        this.values = RowGather.of(List.of(pairs), keyColumns, pairs.columns().size());
    }

    Shape.PairOf shape() {
        return (Shape.PairOf) pairs.shape();
    }

    int rows() {
        return pairs.rows();
    }

    Shape valueShape() {
        return optional ? new Shape.OptionalOf(shape().value()) : shape().value();
    }

    /** @param all whether the rows are all rows of the batch in order, so that its columns can be shared */
    List<Column> keys(long[] rows, int count, boolean all) {
        return all ? pairs.columns().subList(0, keyColumns) : keys.take(rows, 0, count);
    }

    /** The values of rows; a negative row stands for a missing value. */
    List<Column> values(long[] rows, int count, boolean all) {
        if (optional) {
            return List.of(optionals(rows, count));
        }
        return all ? pairs.columns().subList(keyColumns, pairs.columns().size()) : values.take(rows, 0, count);
    }

    /** Most bytes that one row has, keys and values together; about, where there are lists. */
    long mostRowBytes() {
        long most = 0;
        for (Column column : pairs.columns()) {
            int[] offsets = offsets(column);
            int longest = offsets == null ? Long.BYTES : 0;
            for (int row = 0; offsets != null && row < pairs.rows(); row++) {
                longest = Math.max(longest, offsets[row + 1] - offsets[row]);
            }
            most += longest * elementBytes(column);
        }
        return most;
    }

    /** Bytes of one row, keys and values together; about, where there are lists. */
    long rowBytes(int row) {
        long bytes = 0;
        for (Column column : pairs.columns()) {
            int[] offsets = offsets(column);
            bytes += offsets == null ? Long.BYTES : (offsets[row + 1] - offsets[row]) * elementBytes(column);
        }
        return bytes;
    }

    private static int[] offsets(Column column) {
        return column instanceof Column.Slices slices
                ? slices.offsets()
                : column instanceof Column.Lists lists ? lists.offsets() : null;
    }

    private static long elementBytes(Column column) {
        return column instanceof Column.Lists lists
                ? 1
                        + lists.elements().sizeBytes()
                                / Math.max(1, lists.elements().rows())
                : 1;
    }

    private Column optionals(long[] rows, int count) {
        Column first = pairs.columns().get(keyColumns);
        boolean nullable = first.nulls() != null
                && !(shape().value() instanceof Shape.PairOf)
                && !(shape().value() instanceof Shape.RecordOf);
        long[] present = new long[count];
        int[] ends = new int[count + 1];
        int size = 0;
        for (int row = 0; row < count; row++) {
            if (rows[row] >= 0 && !(nullable && first.isNull((int) rows[row]))) {
                present[size++] = rows[row];
            }
            ends[row + 1] = size;
        }
        return new Column.Lists(ends, new ColumnBatch(shape().value(), size, values.take(present, 0, size)), null);
    }
}
