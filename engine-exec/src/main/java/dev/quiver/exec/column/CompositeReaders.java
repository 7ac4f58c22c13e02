package dev.quiver.exec.column;

import dev.quiver.Pair;
import dev.quiver.serializer.ValueSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Readers of values that are made of others. */
final class CompositeReaders {
    private CompositeReaders() {}

    /** Pairs. */
    static final class Pairs extends ValueReader {
        private final ValueReader keys;
        private final ValueReader values;
        private Object[] scratch = new Object[0];

        Pairs(ValueReader keys, ValueReader values) {
            this.keys = keys;
            this.values = values;
        }

        @Override
        Object value(int row) {
            return new Pair<>(keys.value(row), values.value(row));
        }

        @Override
        void values(int from, int count, Object[] into) {
            if (scratch.length < count) {
                scratch = new Object[count];
            }
            keys.values(from, count, into);
            values.values(from, count, scratch);
            for (int index = 0; index < count; index++) {
                into[index] = new Pair<>(into[index], scratch[index]);
                scratch[index] = null;
            }
        }
    }

    /** Records. */
    static final class Records extends ValueReader {
        private final RecordAccess access;
        private final ValueReader[] components;
        private Object[][] scratch = new Object[0][];
        private int scratchRows;

        Records(RecordAccess access, ValueReader[] components) {
            this.access = access;
            this.components = components;
        }

        @Override
        Object value(int row) {
            Object[] values = new Object[components.length];
            for (int index = 0; index < values.length; index++) {
                values[index] = components[index].value(row);
            }
            return access.create(values);
        }

        @Override
        void values(int from, int count, Object[] into) {
            if (scratch.length < components.length || scratchRows < count) {
                scratch = new Object[components.length][count];
                scratchRows = count;
            }
            for (int index = 0; index < components.length; index++) {
                components[index].values(from, count, scratch[index]);
            }
            access.create(scratch, count, into);
            for (Object[] part : scratch) {
                java.util.Arrays.fill(part, 0, count, null);
            }
        }
    }

    /** Lists, always as {@code ArrayList}. */
    static final class Lists extends ValueReader {
        private final Column.Lists column;
        private final ValueReader elements;

        Lists(Column.Lists column, ValueSerializer opaque, ClassLoader loader) {
            this.column = column;
            this.elements = elementsOf(column, opaque, loader);
        }

        @Override
        Object value(int row) {
            if (column.isNull(row)) {
                return null;
            }
            int start = column.offsets()[row];
            int end = column.offsets()[row + 1];
            List<Object> list = new ArrayList<>(end - start);
            for (int index = start; index < end; index++) {
                list.add(elements.value(index));
            }
            return list;
        }
    }

    /** Arrays of primitives. */
    static final class PrimitiveArrays extends ValueReader {
        private final ArrayKind kind;
        private final Column.Lists column;
        private final Object elements;

        PrimitiveArrays(ArrayKind kind, Column.Lists column) {
            this.kind = kind;
            this.column = column;
            this.elements = ArrayKind.storageOf(column.elements().columns().get(0));
        }

        @Override
        Object value(int row) {
            return column.isNull(row) ? null : kind.load(elements, column.offsets()[row], column.offsets()[row + 1]);
        }
    }

    /** Optionals. */
    static final class Optionals extends ValueReader {
        private final Column.Lists column;
        private final ValueReader elements;

        Optionals(Column.Lists column, ValueSerializer opaque, ClassLoader loader) {
            this.column = column;
            this.elements = elementsOf(column, opaque, loader);
        }

        @Override
        Object value(int row) {
            if (column.isNull(row)) {
                return null;
            }
            int start = column.offsets()[row];
            return start == column.offsets()[row + 1] ? Optional.empty() : Optional.of(elements.value(start));
        }
    }

    private static ValueReader elementsOf(Column.Lists column, ValueSerializer opaque, ClassLoader loader) {
        ColumnBatch batch = column.elements();
        return ValueReaders.of(batch.shape(), new ColumnCursor(batch.columns()), opaque, loader);
    }
}
