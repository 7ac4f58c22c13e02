package dev.quiver.exec.column;

import dev.quiver.serializer.NotSerializable;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.function.IntFunction;

/** Chooses the reader of a shape. */
final class ValueReaders {
    private ValueReaders() {}

    static ValueReader of(Shape shape, ColumnCursor columns, ValueSerializer opaque, ClassLoader loader) {
        if (shape instanceof Shape.Scalar scalar) {
            return ofScalar(scalar, columns);
        }
        if (shape instanceof Shape.PairOf pair) {
            ValueReader key = of(pair.key(), columns, opaque, loader);
            return new CompositeReaders.Pairs(key, of(pair.value(), columns, opaque, loader));
        }
        if (shape instanceof Shape.RecordOf record) {
            List<Shape.Component> components = record.components();
            Class<?> type = require(record.className(), loader);
            RecordAccess access = RecordAccess.of(type)
                    .filter(found -> found.size() == components.size())
                    .orElseThrow(() -> changed(record.className()));
            ValueReader[] readers = new ValueReader[components.size()];
            for (int index = 0; index < readers.length; index++) {
                readers[index] = of(components.get(index).shape(), columns, opaque, loader);
            }
            return new CompositeReaders.Records(access, readers);
        }
        if (shape instanceof Shape.ListOf) {
            return new CompositeReaders.Lists((Column.Lists) columns.next(), opaque, loader);
        }
        if (shape instanceof Shape.ArrayOf) {
            return new CompositeReaders.PrimitiveArrays(ArrayKind.of(shape), (Column.Lists) columns.next());
        }
        if (shape instanceof Shape.OptionalOf) {
            return new CompositeReaders.Optionals((Column.Lists) columns.next(), opaque, loader);
        }
        if (shape instanceof Shape.EnumOf constants) {
            Column.Slices names = (Column.Slices) columns.next();
            Class<?> type = require(constants.className(), loader);
            return nullable(names, row -> constant(type, text(names, row)));
        }
        if (shape instanceof Shape.Opaque) {
            Column.Slices bytes = (Column.Slices) columns.next();
            return nullable(bytes, row -> {
                int start = bytes.offsets()[row];
                return opaque.read(bytes.data(), start, bytes.offsets()[row + 1] - start);
            });
        }
        throw new IllegalArgumentException("a batch cannot have the shape '" + shape + "'");
    }

    private static ValueReader ofScalar(Shape.Scalar scalar, ColumnCursor columns) {
        Column column = columns.next();
        return switch (scalar) {
            case BOOLEAN -> nullable(column, row -> ((Column.Bytes) column).values()[row] != 0);
            case BYTE -> nullable(column, row -> ((Column.Bytes) column).values()[row]);
            case SHORT -> nullable(column, row -> ((Column.Shorts) column).values()[row]);
            case CHAR -> nullable(column, row -> (char) ((Column.Shorts) column).values()[row]);
            case INT -> new ScalarReaders.OfInts((Column.Ints) column);
            case LONG -> new ScalarReaders.OfLongs((Column.Longs) column);
            case FLOAT -> nullable(column, row -> ((Column.Floats) column).values()[row]);
            case DOUBLE -> new ScalarReaders.OfDoubles((Column.Doubles) column);
            case STRING -> new ScalarReaders.OfText((Column.Slices) column);
            case TEXT -> new ScalarReaders.OfSlices((Column.Slices) column);
            case BYTES -> new ScalarReaders.OfBytes((Column.Slices) column);
            case LOCAL_DATE -> nullable(column, row -> LocalDate.ofEpochDay(longAt(column, row)));
            case LOCAL_TIME -> nullable(column, row -> LocalTime.ofNanoOfDay(longAt(column, row)));
            case LOCAL_DATE_TIME -> {
                Column fine = columns.next();
                yield nullable(
                        column,
                        row -> LocalDateTime.of(
                                LocalDate.ofEpochDay(longAt(column, row)), LocalTime.ofNanoOfDay(longAt(fine, row))));
            }
            case INSTANT -> {
                Column fine = columns.next();
                yield nullable(column, row -> Instant.ofEpochSecond(longAt(column, row), longAt(fine, row)));
            }
            case DURATION -> {
                Column fine = columns.next();
                yield nullable(column, row -> Duration.ofSeconds(longAt(column, row), longAt(fine, row)));
            }
        };
    }

    private static long longAt(Column column, int row) {
        return ((Column.Longs) column).values()[row];
    }

    static String text(Column.Slices slices, int row) {
        int start = slices.offsets()[row];
        return new String(
                slices.data(), start, slices.offsets()[row + 1] - start, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static ValueReader nullable(Column column, IntFunction<Object> reader) {
        return new ValueReader() {
            @Override
            Object value(int row) {
                return column.isNull(row) ? null : reader.apply(row);
            }
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object constant(Class<?> type, String name) {
        try {
            return Enum.valueOf((Class) type, name);
        } catch (IllegalArgumentException absent) {
            throw new NotSerializable(
                    "enum " + type.getName() + " has no constant " + name + " in this process: the"
                            + " class differs between driver and executors; give all of them the same jar",
                    absent);
        }
    }

    private static Class<?> require(String name, ClassLoader loader) {
        Class<?> type = ColumnWriters.find(name, loader);
        if (type == null) {
            throw new NotSerializable(
                    "class " + name + " of these rows is missing in this process; add the jar that"
                            + " holds it to the application",
                    null);
        }
        return type;
    }

    private static NotSerializable changed(String name) {
        return new NotSerializable(
                "class " + name + " is not the record here that it was where these rows were"
                        + " written; give driver and executors the same jar",
                null);
    }
}
