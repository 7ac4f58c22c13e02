package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.List;

/** Takes nulls until a value says what the column is. */
final class UnknownWriter extends ColumnWriter {
    UnknownWriter(BuildContext context) {
        super(context);
    }

    @Override
    boolean append(Object value) {
        if (value != null) {
            return false;
        }
        markNull(rows++);
        return true;
    }

    @Override
    Shape shape() {
        return new Shape.Opaque(rows == 0 ? "no values" : "only nulls");
    }

    @Override
    boolean takes(Shape other) {
        return false;
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        throw new IllegalStateException("columns were copied into a column of unknown shape");
    }

    @Override
    void seal(List<Column> into) {
        into.add(new Column.Slices(new byte[0], new int[rows + 1], sealedNulls()));
    }
}
