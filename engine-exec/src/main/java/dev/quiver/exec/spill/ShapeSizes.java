package dev.quiver.exec.spill;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the rows of columns take when they are made into objects: reckoned from shape, lengths and nulls. */
final class ShapeSizes {
    private final ClassLoader loader;
    private final Map<String, Optional<RecordSize>> records = new HashMap<>();

    ShapeSizes(ClassLoader loader) {
        this.loader = loader;
    }

    long of(ColumnBatch batch) {
        return of(batch.shape(), batch.columns().iterator(), batch.rows());
    }

    private long of(Shape shape, Iterator<Column> columns, int rows) {
        if (shape instanceof Shape.Scalar scalar) {
            return ofScalar(scalar, columns, rows);
        }
        if (shape instanceof Shape.PairOf pair) {
            return (long) rows * ObjectBytes.PAIR + of(pair.key(), columns, rows) + of(pair.value(), columns, rows);
        }
        if (shape instanceof Shape.RecordOf record) {
            return ofRecord(record, columns, rows);
        }
        Column column = columns.next();
        long present = present(column, rows);
        if (shape instanceof Shape.EnumOf) {
            return 0;
        }
        if (column instanceof Column.Lists lists) {
            ColumnBatch elements = lists.elements();
            if (shape instanceof Shape.ArrayOf) {
                return present * (ObjectBytes.ARRAY + ObjectBytes.PADDING) + elements.sizeBytes();
            }
            return shape instanceof Shape.OptionalOf
                    ? (long) elements.rows() * ObjectBytes.OPTIONAL + of(elements)
                    : present * (ObjectBytes.LIST + ObjectBytes.ARRAY + ObjectBytes.PADDING)
                            + (long) elements.rows() * RowSizes.REFERENCE
                            + of(elements);
        }
        return present * ObjectBytes.NARROW + ObjectBytes.FOR_SERIALIZED * data(column, rows);
    }

    private static long ofScalar(Shape.Scalar scalar, Iterator<Column> columns, int rows) {
        Column column = columns.next();
        long present = present(column, rows);
        return switch (scalar) {
            case BOOLEAN, BYTE -> 0;
            case SHORT, CHAR, INT, FLOAT -> present * ObjectBytes.NARROW;
            case LONG, DOUBLE, LOCAL_DATE, LOCAL_TIME -> present * ObjectBytes.WIDE;
            case STRING ->
                present * (ObjectBytes.STRING + ObjectBytes.ARRAY + ObjectBytes.PADDING) + data(column, rows);
            case TEXT -> present * ObjectBytes.TEXT + data(column, rows);
            case BYTES -> present * (ObjectBytes.ARRAY + ObjectBytes.PADDING) + data(column, rows);
            case LOCAL_DATE_TIME -> {
                columns.next();
                yield present * ObjectBytes.DATE_TIME;
            }
            case INSTANT, DURATION -> {
                columns.next();
                yield present * ObjectBytes.WIDE;
            }
        };
    }

    private long ofRecord(Shape.RecordOf record, Iterator<Column> columns, int rows) {
        RecordSize size =
                records.computeIfAbsent(record.className(), this::find).orElse(null);
        List<Shape.Component> components = record.components();
        boolean known = size != null && size.components() == components.size();
        long bytes = rows
                * (known
                        ? size.shallow()
                        : ObjectBytes.padded(ObjectBytes.HEADER + (long) components.size() * RowSizes.REFERENCE));
        for (int index = 0; index < components.size(); index++) {
            long component = of(components.get(index).shape(), columns, rows);
            bytes += known && size.isPrimitive(index) ? 0 : component;
        }
        return bytes;
    }

    private Optional<RecordSize> find(String className) {
        try {
            return Optional.ofNullable(RecordSize.of(Class.forName(className, false, loader)));
        } catch (ClassNotFoundException | LinkageError absent) {
            // Whoever makes these rows says what is missing.
            return Optional.empty();
        }
    }

    private static long present(Column column, int rows) {
        long[] nulls = column.nulls();
        int missing = 0;
        for (int word = 0; nulls != null && word < rows + 63 >>> 6; word++) {
            missing += Long.bitCount(nulls[word]);
        }
        return rows - missing;
    }

    private static long data(Column column, int rows) {
        int[] offsets = ((Column.Slices) column).offsets();
        return offsets[rows] - offsets[0];
    }
}
