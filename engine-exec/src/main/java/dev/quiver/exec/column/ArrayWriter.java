package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/** Arrays of primitives, their elements one after another in one array of the builder's own. */
final class ArrayWriter extends ColumnWriter {
    private final Shape.ArrayOf shape;
    private final ArrayKind kind;
    private Object elements;
    private int room;
    private int[] offsets;

    ArrayWriter(Shape.ArrayOf shape, BuildContext context) {
        super(context);
        this.shape = shape;
        this.kind = ArrayKind.of(shape);
        this.room = context.capacity * 4;
        this.elements = kind.newStorage(room);
        this.offsets = new int[context.capacity + 1];
    }

    @Override
    boolean append(Object value) {
        if (value == null) {
            markNull(rows);
            end(0);
            return true;
        }
        if (value.getClass() != kind.array) {
            return false;
        }
        int length = Array.getLength(value);
        reserve(length);
        kind.store(value, elements, offsets[rows], length);
        end(length);
        return true;
    }

    private void reserve(int length) {
        long needed = offsets[rows] + (long) length;
        if (needed > room) {
            Object larger = kind.newStorage(grown(room, needed));
            System.arraycopy(elements, 0, larger, 0, offsets[rows]);
            elements = larger;
            room = Array.getLength(larger);
        }
    }

    private void end(int length) {
        reserveRows(1);
        offsets[rows + 1] = offsets[rows] + length;
        rows++;
        context.bytes += 4 + (long) length * kind.elementBytes;
    }

    private void reserveRows(int count) {
        if (rows + (long) count + 1 > offsets.length) {
            offsets = Arrays.copyOf(offsets, grown(offsets.length, rows + (long) count + 1));
        }
    }

    @Override
    Shape shape() {
        return shape;
    }

    @Override
    boolean takes(Shape other) {
        return other.equals(shape);
    }

    @Override
    boolean isFull() {
        return offsets[rows] >= BuildContext.FULL_BYTES / kind.elementBytes || super.isFull();
    }

    @Override
    void copy(Shape other, ColumnCursor columns, int count) {
        Column.Lists from = (Column.Lists) columns.next();
        int start = from.offsets()[0];
        int length = from.offsets()[count] - start;
        reserve(length);
        int base = offsets[rows];
        Object source = ArrayKind.storageOf(from.elements().columns().get(0));
        System.arraycopy(source, start, elements, base, length);
        reserveRows(count);
        for (int row = 1; row <= count; row++) {
            offsets[rows + row] = from.offsets()[row] - start + base;
        }
        copyNulls(from, count);
        rows += count;
        context.bytes += 4L * count + (long) length * kind.elementBytes;
    }

    @Override
    void seal(List<Column> into) {
        int used = offsets[rows];
        if (wasteful(room, used)) {
            Object exact = kind.newStorage(used);
            System.arraycopy(elements, 0, exact, 0, used);
            elements = exact;
        }
        into.add(kind.column(
                elements,
                wasteful(offsets.length, rows + 1) ? Arrays.copyOf(offsets, rows + 1) : offsets,
                rows,
                sealedNulls()));
    }
}
