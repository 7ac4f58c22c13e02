package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Floats. */
final class FloatsWriter extends ColumnWriter {
    private float[] values;

    FloatsWriter(BuildContext context) {
        super(context);
        this.values = new float[context.capacity];
    }

    @Override
    boolean append(Object value) {
        float bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (value instanceof Float number) {
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
        return Shape.Scalar.FLOAT;
    }

    @Override
    boolean takes(Shape other) {
        return other == Shape.Scalar.FLOAT;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Floats from = (Column.Floats) columns.next();
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
        into.add(
                new Column.Floats(wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
