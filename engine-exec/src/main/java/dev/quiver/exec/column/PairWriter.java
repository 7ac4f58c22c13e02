package dev.quiver.exec.column;

import dev.quiver.Pair;
import dev.quiver.shape.Shape;
import java.util.List;

/** Pairs: key and value side by side. */
final class PairWriter extends ColumnWriter {
    private final ColumnSlot key;
    private final ColumnSlot value;

    PairWriter(Shape.PairOf shape, int depth, BuildContext context) {
        super(context);
        this.key = new ColumnSlot(shape.key(), depth + 1, context);
        this.value = new ColumnSlot(shape.value(), depth + 1, context);
    }

    @Override
    boolean append(Object row) {
        if (!(row instanceof Pair<?, ?> pair)) {
            return false;
        }
        key.append(pair.key());
        value.append(pair.value());
        rows++;
        return true;
    }

    @Override
    Shape shape() {
        return new Shape.PairOf(key.shape(), value.shape());
    }

    @Override
    boolean takes(Shape other) {
        return other instanceof Shape.PairOf pair && key.takes(pair.key()) && value.takes(pair.value());
    }

    @Override
    boolean isFull() {
        return key.isFull() || value.isFull();
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        Shape.PairOf pair = (Shape.PairOf) shape;
        key.copy(pair.key(), columns, count);
        value.copy(pair.value(), columns, count);
        rows += count;
    }

    @Override
    void seal(List<Column> into) {
        key.seal(into);
        value.seal(into);
    }
}
