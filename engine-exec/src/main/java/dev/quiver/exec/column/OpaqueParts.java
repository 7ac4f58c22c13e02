package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches whose shapes differ only in why a part of them is opaque have columns of one kind. Without the reasons their
 * shapes are equal, and their rows can be put together.
 */
public final class OpaqueParts {
    private static final Shape OPAQUE = new Shape.Opaque("in one column");

    private OpaqueParts() {}

    /** The same rows, with a shape that gives no reasons; the batch itself when nothing of it is opaque. */
    public static ColumnBatch withoutReasons(ColumnBatch batch) {
        Shape shape = withoutReasons(batch.shape());
        if (shape == batch.shape()) {
            return batch;
        }
        List<Column> columns = new ArrayList<>(batch.columns().size());
        for (Column column : batch.columns()) {
            columns.add(
                    column instanceof Column.Lists lists
                            ? new Column.Lists(lists.offsets(), withoutReasons(lists.elements()), lists.nulls())
                            : column);
        }
        return new ColumnBatch(shape, batch.rows(), columns);
    }

    /** The shape itself when no part of it is opaque. */
    static Shape withoutReasons(Shape shape) {
        if (shape instanceof Shape.Opaque) {
            return OPAQUE;
        }
        if (shape instanceof Shape.PairOf pair) {
            Shape key = withoutReasons(pair.key());
            Shape value = withoutReasons(pair.value());
            return key == pair.key() && value == pair.value() ? shape : new Shape.PairOf(key, value);
        }
        if (shape instanceof Shape.ListOf list) {
            Shape element = withoutReasons(list.element());
            return element == list.element() ? shape : new Shape.ListOf(element);
        }
        if (shape instanceof Shape.OptionalOf optional) {
            Shape element = withoutReasons(optional.element());
            return element == optional.element() ? shape : new Shape.OptionalOf(element);
        }
        return shape instanceof Shape.RecordOf record ? ofRecord(record) : shape;
    }

    private static Shape ofRecord(Shape.RecordOf record) {
        List<Shape.Component> components = new ArrayList<>(record.components().size());
        boolean changed = false;
        for (Shape.Component component : record.components()) {
            Shape shape = withoutReasons(component.shape());
            changed |= shape != component.shape();
            components.add(shape == component.shape() ? component : new Shape.Component(component.name(), shape));
        }
        return changed ? new Shape.RecordOf(record.className(), components) : record;
    }
}
