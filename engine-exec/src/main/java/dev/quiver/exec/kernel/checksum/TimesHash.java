package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import dev.quiver.shape.Shape;
import java.util.List;

/** Scalars that take two columns of longs; the first knows where they are null. */
final class TimesHash implements ShapeHash {
    private final int column;
    private final long kind;

    TimesHash(Shape.Scalar scalar, int column) {
        this.column = column;
        this.kind = Mixing.kind(scalar.name());
    }

    @Override
    public void fold(List<Column> columns, int from, int count, long[] states) {
        Column.Longs coarse = (Column.Longs) columns.get(column);
        long[] fine = ((Column.Longs) columns.get(column + 1)).values();
        for (int row = 0; row < count; row++) {
            long word = Mixing.NULL;
            if (!coarse.isNull(from + row)) {
                long first = Mixing.word(coarse.values()[from + row], kind);
                word = Mixing.fold(first, Mixing.word(fine[from + row], kind));
            }
            states[row] = Mixing.fold(states[row], word);
        }
    }
}
