package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** Records: their components side by side. */
final class RecordWriter extends ColumnWriter {
    private final Class<?> type;
    private final RecordAccess access;
    private final ColumnSlot[] slots;
    private final Object[] parts;

    RecordWriter(Shape.RecordOf shape, Class<?> type, RecordAccess access, int depth, BuildContext context) {
        super(context);
        this.type = type;
        this.access = access;
        this.slots = new ColumnSlot[access.size()];
        this.parts = new Object[slots.length];
        for (int index = 0; index < slots.length; index++) {
            slots[index] = new ColumnSlot(shape.components().get(index).shape(), depth + 1, context);
        }
    }

    @Override
    boolean append(Object row) {
        if (row == null || row.getClass() != type) {
            return false;
        }
        access.takeApart(row, parts);
        for (int index = 0; index < slots.length; index++) {
            slots[index].append(parts[index]);
        }
        rows++;
        return true;
    }

    @Override
    Shape shape() {
        List<Shape.Component> components = new ArrayList<>(slots.length);
        for (int index = 0; index < slots.length; index++) {
            components.add(new Shape.Component(access.name(index), slots[index].shape()));
        }
        return new Shape.RecordOf(type.getName(), components);
    }

    @Override
    boolean takes(Shape other) {
        if (!(other instanceof Shape.RecordOf record)
                || !record.className().equals(type.getName())
                || record.components().size() != slots.length) {
            return false;
        }
        for (int index = 0; index < slots.length; index++) {
            Shape.Component component = record.components().get(index);
            if (!component.name().equals(access.name(index)) || !slots[index].takes(component.shape())) {
                return false;
            }
        }
        return true;
    }

    @Override
    boolean isFull() {
        for (ColumnSlot slot : slots) {
            if (slot.isFull()) {
                return true;
            }
        }
        return super.isFull();
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        List<Shape.Component> components = ((Shape.RecordOf) shape).components();
        for (int index = 0; index < slots.length; index++) {
            slots[index].copy(components.get(index).shape(), columns, count);
        }
        rows += count;
    }

    @Override
    void seal(List<Column> into) {
        for (ColumnSlot slot : slots) {
            slot.seal(into);
        }
    }
}
