package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Ints. */
final class IntsWriter extends ColumnWriter {
    private int[] values;

    IntsWriter(BuildContext context) {
        super(context);
        this.values = new int[context.capacity];
    }

    @Override
    boolean append(Object value) {
        int bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (value instanceof Integer number) {
            bits = number;
        } else {
            return false;
        }
        if (rows == values.length) {
            values = Arrays.copyOf(values, grown(rows, rows + 1L));
        }
        values[rows++] = bits;
        context.bytes += 4;
        return true;
    }

    @Override
    Shape shape() {
        return Shape.Scalar.INT;
    }

    @Override
    boolean takes(Shape other) {
        return other == Shape.Scalar.INT;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Ints from = (Column.Ints) columns.next();
        if (rows + (long) count > values.length) {
            values = Arrays.copyOf(values, grown(values.length, rows + (long) count));
        }
        System.arraycopy(from.values(), 0, values, rows, count);
        copyNulls(from, count);
        rows += count;
        context.bytes += 4L * count;
    }

    @Override
    void seal(List<Column> into) {
        into.add(new Column.Ints(wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
