package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Doubles. */
final class DoublesWriter extends ColumnWriter {
    private double[] values;

    DoublesWriter(BuildContext context) {
        super(context);
        this.values = new double[context.capacity];
    }

    @Override
    boolean append(Object value) {
        double bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (value instanceof Double number) {
            bits = number;
        } else {
            return false;
        }
        if (rows == values.length) {
            values = Arrays.copyOf(values, grown(rows, rows + 1L));
        }
        values[rows++] = bits;
        context.bytes += 8;
        return true;
    }

    @Override
    Shape shape() {
        return Shape.Scalar.DOUBLE;
    }

    @Override
    boolean takes(Shape other) {
        return other == Shape.Scalar.DOUBLE;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Doubles from = (Column.Doubles) columns.next();
        if (rows + (long) count > values.length) {
            values = Arrays.copyOf(values, grown(values.length, rows + (long) count));
        }
        System.arraycopy(from.values(), 0, values, rows, count);
        copyNulls(from, count);
        rows += count;
        context.bytes += 8L * count;
    }

    @Override
    void seal(List<Column> into) {
        into.add(new Column.Doubles(
                wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
