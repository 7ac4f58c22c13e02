package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;

/** Longs, dates and times of day. */
final class LongsWriter extends ColumnWriter {
    private final Shape.Scalar scalar;
    private long[] values;

    LongsWriter(Shape.Scalar scalar, BuildContext context) {
        super(context);
        this.scalar = scalar;
        this.values = new long[context.capacity];
    }

    @Override
    boolean append(Object value) {
        long bits = 0;
        if (value == null) {
            markNull(rows);
        } else if (scalar == Shape.Scalar.LONG) {
            if (!(value instanceof Long number)) {
                return false;
            }
            bits = number;
        } else if (scalar == Shape.Scalar.LOCAL_DATE) {
            if (!(value instanceof LocalDate date)) {
                return false;
            }
            bits = date.toEpochDay();
        } else {
            if (!(value instanceof LocalTime time)) {
                return false;
            }
            bits = time.toNanoOfDay();
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
        return scalar;
    }

    @Override
    boolean takes(Shape other) {
        return other == scalar;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Column.Longs from = (Column.Longs) columns.next();
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
        into.add(new Column.Longs(wasteful(values.length, rows) ? Arrays.copyOf(values, rows) : values, sealedNulls()));
    }
}
