package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;

/** Points and spans of time that need two longs. */
final class TimesWriter extends ColumnWriter {
    private final Shape.Scalar scalar;
    private long[] coarse;
    private long[] fine;

    TimesWriter(Shape.Scalar scalar, BuildContext context) {
        super(context);
        this.scalar = scalar;
        this.coarse = new long[context.capacity];
        this.fine = new long[context.capacity];
    }

    @Override
    boolean append(Object value) {
        long first = 0;
        long second = 0;
        if (value == null) {
            markNull(rows);
        } else if (scalar == Shape.Scalar.INSTANT && value instanceof Instant instant) {
            first = instant.getEpochSecond();
            second = instant.getNano();
        } else if (scalar == Shape.Scalar.DURATION && value instanceof Duration duration) {
            first = duration.getSeconds();
            second = duration.getNano();
        } else if (scalar == Shape.Scalar.LOCAL_DATE_TIME && value instanceof LocalDateTime time) {
            first = time.toLocalDate().toEpochDay();
            second = time.toLocalTime().toNanoOfDay();
        } else {
            return false;
        }
        reserve(1);
        coarse[rows] = first;
        fine[rows++] = second;
        context.bytes += 16;
        return true;
    }

    private void reserve(int count) {
        if (rows + (long) count > coarse.length) {
            int length = grown(coarse.length, rows + (long) count);
            coarse = Arrays.copyOf(coarse, length);
            fine = Arrays.copyOf(fine, length);
        }
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
        Column.Longs first = (Column.Longs) columns.next();
        Column.Longs second = (Column.Longs) columns.next();
        reserve(count);
        System.arraycopy(first.values(), 0, coarse, rows, count);
        System.arraycopy(second.values(), 0, fine, rows, count);
        copyNulls(first, count);
        rows += count;
        context.bytes += 16L * count;
    }

    @Override
    void seal(List<Column> into) {
        boolean trim = wasteful(coarse.length, rows);
        into.add(new Column.Longs(trim ? Arrays.copyOf(coarse, rows) : coarse, sealedNulls()));
        into.add(new Column.Longs(trim ? Arrays.copyOf(fine, rows) : fine, null));
    }
}
