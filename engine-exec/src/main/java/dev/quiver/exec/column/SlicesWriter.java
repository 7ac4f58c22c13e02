package dev.quiver.exec.column;

import dev.quiver.Text;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Values of any length in one run of bytes; what the bytes mean is the subclass's affair. */
abstract class SlicesWriter extends ColumnWriter {
    private byte[] data;
    private int[] offsets;
    private int used;

    SlicesWriter(BuildContext context) {
        super(context);
        this.data = new byte[context.capacity * 8];
        this.offsets = new int[context.capacity + 1];
    }

    final void appendNull() {
        markNull(rows);
        endRow();
    }

    final void appendBytes(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, data, used, bytes.length);
        used += bytes.length;
        endRow();
    }

    final void appendSlice(Text text) {
        int length = text.length();
        room(length);
        text.copyTo(data, used);
        used += length;
        endRow();
    }

    /** Appends text as UTF-8; or returns false, having changed nothing, when a surrogate stands alone in it. */
    final boolean appendText(String text) {
        room(text.length() * 3L);
        int end = Utf8.put(text, data, used);
        if (end < 0) {
            return false;
        }
        used = end;
        endRow();
        return true;
    }

    private void room(long bytes) {
        if (used + bytes > data.length) {
            data = Arrays.copyOf(data, grown(data.length, used + bytes));
        }
    }

    private void endRow() {
        if (rows + 1 == offsets.length) {
            offsets = Arrays.copyOf(offsets, grown(offsets.length, offsets.length + 1L));
        }
        context.bytes += 4 + used - offsets[rows];
        offsets[++rows] = used;
    }

    @Override
    boolean isFull() {
        return used >= context.fullBytes || super.isFull();
    }

    @Override
    void copy(Shape shape, ColumnCursor columns, int count) {
        copy((Column.Slices) columns.next(), count);
    }

    final void copy(Column.Slices from, int count) {
        int start = from.offsets()[0];
        int length = from.offsets()[count] - start;
        room(length);
        System.arraycopy(from.data(), start, data, used, length);
        if (rows + (long) count + 1 > offsets.length) {
            offsets = Arrays.copyOf(offsets, grown(offsets.length, rows + (long) count + 1));
        }
        for (int row = 1; row <= count; row++) {
            offsets[rows + row] = from.offsets()[row] - start + used;
        }
        copyNulls(from, count);
        rows += count;
        used += length;
        context.bytes += length + 4L * count;
    }

    @Override
    void seal(List<Column> into) {
        into.add(new Column.Slices(
                wasteful(data.length, used) ? Arrays.copyOf(data, used) : data,
                wasteful(offsets.length, rows + 1) ? Arrays.copyOf(offsets, rows + 1) : offsets,
                sealedNulls()));
    }

    /** Text that rows hold as slices. */
    static final class Texts extends SlicesWriter {
        Texts(BuildContext context) {
            super(context);
        }

        @Override
        boolean append(Object value) {
            if (value instanceof Text text) {
                appendSlice(text);
                return true;
            }
            if (value == null) {
                appendNull();
            }
            return value == null;
        }

        @Override
        Shape shape() {
            return Shape.Scalar.TEXT;
        }

        @Override
        boolean takes(Shape other) {
            return other == Shape.Scalar.TEXT;
        }
    }

    /** Text that rows hold as strings. */
    static final class Strings extends SlicesWriter {
        Strings(BuildContext context) {
            super(context);
        }

        @Override
        boolean append(Object value) {
            if (value instanceof String text) {
                return appendText(text);
            }
            if (value == null) {
                appendNull();
            }
            return value == null;
        }

        @Override
        Shape shape() {
            return Shape.Scalar.STRING;
        }

        @Override
        boolean takes(Shape other) {
            return other == Shape.Scalar.STRING;
        }
    }

    /** Byte arrays. */
    static final class Binary extends SlicesWriter {
        Binary(BuildContext context) {
            super(context);
        }

        @Override
        boolean append(Object value) {
            if (value == null) {
                appendNull();
            } else if (value instanceof byte[] bytes) {
                appendBytes(bytes);
            } else {
                return false;
            }
            return true;
        }

        @Override
        Shape shape() {
            return Shape.Scalar.BYTES;
        }

        @Override
        boolean takes(Shape other) {
            return other == Shape.Scalar.BYTES;
        }
    }

    /** Constants of one enum, by name. */
    static final class Constants extends SlicesWriter {
        private final Shape.EnumOf shape;
        private final Class<?> type;

        Constants(Shape.EnumOf shape, Class<?> type, BuildContext context) {
            super(context);
            this.shape = shape;
            this.type = type;
        }

        @Override
        boolean append(Object value) {
            if (value == null) {
                appendNull();
                return true;
            }
            return value instanceof Enum<?> constant
                    && constant.getDeclaringClass() == type
                    && appendText(constant.name());
        }

        @Override
        Shape shape() {
            return shape;
        }

        @Override
        boolean takes(Shape other) {
            return other.equals(shape);
        }
    }

    /**
     * Anything, through the value serializer. Its shape says so when it holds values that have columns of their own
     * elsewhere, beside others.
     */
    static final class Serialized extends SlicesWriter {
        private Shape.Opaque shape;
        private boolean hasCopies;
        private Class<?> firstClass;
        private Class<?> lastClass;
        private boolean hasShapeOfItsOwn;

        Serialized(Shape.Opaque shape, BuildContext context) {
            super(context);
            this.shape = shape;
        }

        @Override
        boolean append(Object value) {
            if (value == null) {
                appendNull();
                return true;
            }
            appendBytes(context.serializer.write(value));
            if (value.getClass() != lastClass && !shape.isMixed()) {
                look(value);
            }
            return true;
        }

        private void look(Object value) {
            lastClass = value.getClass();
            hasShapeOfItsOwn |= !(ShapeOfRows.of(value) instanceof Shape.Opaque);
            if (firstClass == null) {
                firstClass = lastClass;
            }
            if (hasShapeOfItsOwn && (hasCopies || firstClass != lastClass)) {
                shape = Shape.Opaque.mixed(firstClass.getName() + " and " + lastClass.getName());
            }
        }

        @Override
        Shape shape() {
            return shape;
        }

        @Override
        boolean takes(Shape other) {
            return other instanceof Shape.Opaque;
        }

        @Override
        void copy(Shape other, ColumnCursor columns, int count) {
            Column.Slices from = (Column.Slices) columns.next();
            if (!shape.isMixed() && !shape.equals(other) && hasValues(from, count)) {
                Shape.Opaque copied = (Shape.Opaque) other;
                boolean alone = !hasCopies && firstClass == null;
                shape = alone || copied.isMixed() ? copied : Shape.Opaque.mixed(shape.why() + " and " + copied.why());
            }
            hasCopies |= hasValues(from, count);
            copy(from, count);
        }

        private static boolean hasValues(Column column, int count) {
            for (int row = 0; row < count; row++) {
                if (!column.isNull(row)) {
                    return true;
                }
            }
            return false;
        }
    }
}
