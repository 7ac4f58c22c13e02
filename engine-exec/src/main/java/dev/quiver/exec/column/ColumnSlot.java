package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of one shape in a builder. Holds the writer of that shape and puts another in its place when a value does
 * not fit: the value's own shape while the slot is empty or holds nulls only, else opaque.
 */
final class ColumnSlot {
    private final BuildContext context;
    private final int depth;
    private ColumnWriter writer;

    ColumnSlot(Shape hint, int depth, BuildContext context) {
        this.context = context;
        this.depth = depth;
        this.writer = ColumnWriters.of(hint, depth, context);
    }

    void append(Object value) {
        if (!writer.append(value)) {
            refit(value);
        }
    }

    private void refit(Object value) {
        int before = writer.rows;
        ColumnWriter fitting;
        if (before == 0 || writer instanceof UnknownWriter) {
            fitting = ColumnWriters.of(ShapeOfRows.of(value), depth, context);
            for (int row = 0; row < before; row++) {
                if (!fitting.append(null)) {
                    fitting = mixed("null and " + nameOf(value));
                    row = -1;
                }
            }
            if (!fitting.append(value)) {
                // As text that is no Unicode: another of its class may well fit.
                fitting = mixed(nameOf(value) + " of odd content");
                for (int row = 0; row < before; row++) {
                    fitting.append(null);
                }
                fitting.append(value);
            }
        } else {
            fitting = rebuilt(value);
            fitting.append(value);
        }
        writer = fitting;
    }

    private ColumnWriter rebuilt(Object value) {
        int before = writer.rows;
        Shape shape = writer.shape();
        List<Column> columns = new ArrayList<>();
        writer.seal(columns);
        RowReader rows = new RowReader(new ColumnBatch(shape, before, columns), context.serializer, context.loader);
        ColumnWriter opaque = mixed(nameOf(firstValue(rows, before)) + " and " + nameOf(value));
        for (int row = 0; row < before; row++) {
            opaque.append(rows.row(row));
        }
        return opaque;
    }

    private static Object firstValue(RowReader rows, int count) {
        for (int row = 0; row < count; row++) {
            Object value = rows.row(row);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private ColumnWriter mixed(String what) {
        return new SlicesWriter.Serialized(Shape.Opaque.mixed(what), context);
    }

    private static String nameOf(Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    int rows() {
        return writer.rows;
    }

    boolean isFull() {
        return writer.isFull();
    }

    Shape shape() {
        return writer.shape();
    }

    boolean takes(Shape other) {
        return writer.takes(other)
                || writer.rows == 0 && ColumnWriters.of(other, depth, context).takes(other);
    }

    void copy(Shape shape, ColumnCursor columns, int count) {
        if (!writer.takes(shape)) {
            writer = ColumnWriters.of(shape, depth, context);
        }
        writer.copy(shape, columns, count);
    }

    void seal(List<Column> into) {
        writer.seal(into);
    }
}
