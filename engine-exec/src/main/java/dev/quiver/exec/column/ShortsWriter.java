package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Shorts and chars. */
final class ShortsWriter extends ColumnWriter {
    private final Shape.Scalar scalar;
    private short[] values;

    ShortsWriter(Shape.Scalar scalar, BuildContext context) {
        super(context);
        this.scalar = scalar;
        this.values = new short[context.capacity];
    }

    @Override
    boolean append(Object value) {
        short bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (scalar == Shape.Scalar.SHORT && value instanceof Short number) {
            bits = number;
        } else if (scalar == Shape.Scalar.CHAR && value instanceof Character character) {
            bits = (short) character.charValue();
        } else {
            return false;
        }
        if (rows == values.length) {
            values = Arrays.copyOf(values, grown(rows, rows + 1L));
        }
        values[rows++] = bits;
        context.bytes += 2;
        return true;
    }

    @Override
    Shape shape() {
        return scalar;
    }

    @Override
    boolean takes(Shape other) {
        return other == scalar;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Shorts from = (Column.Shorts) columns.next();
        if (rows + (long) count > values.length) {
            values = Arrays.copyOf(values, grown(values.length, rows + (long) count));
        }
        System.arraycopy(from.values(), 0, values, rows, count);
        copyNulls(from, count);
        rows += count;
        context.bytes += 2L * count;
    }

    @Override
    void seal(List<Column> into) {
        into.add(
                new Column.Shorts(wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
