package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Bytes, and booleans as 0 and 1. */
final class BytesWriter extends ColumnWriter {
    private final Shape.Scalar scalar;
    private byte[] values;

    BytesWriter(Shape.Scalar scalar, BuildContext context) {
        super(context);
        this.scalar = scalar;
        this.values = new byte[context.capacity];
    }

    @Override
    boolean append(Object value) {
        byte bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (scalar == Shape.Scalar.BYTE && value instanceof Byte number) {
            bits = number;
        } else if (scalar == Shape.Scalar.BOOLEAN && value instanceof Boolean truth) {
            bits = (byte) (truth ? 1 : 0);
        } else {
            return false;
        }
        if (rows == values.length) {
            values = Arrays.copyOf(values, grown(rows, rows + 1L));
        }
        values[rows++] = bits;
        context.bytes += 1;
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
        Column.Bytes from = (Column.Bytes) columns.next();
        if (rows + (long) count > values.length) {
            values = Arrays.copyOf(values, grown(values.length, rows + (long) count));
        }
        System.arraycopy(from.values(), 0, values, rows, count);
        copyNulls(from, count);
        rows += count;
        context.bytes += count;
    }

    @Override
    void seal(List<Column> into) {
        into.add(new Column.Bytes(wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
