package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Optional;

/** Chooses the writer of a shape. */
final class ColumnWriters {
    private ColumnWriters() {}

    /** A writer; an unknown one for a shape whose class is not to be had here, so that the values decide. */
    static ColumnWriter of(Shape shape, int depth, BuildContext context) {
        if (shape instanceof Shape.Scalar scalar) {
            return ofScalar(scalar, context);
        }
        if (shape instanceof Shape.Opaque opaque) {
            return new SlicesWriter.Serialized(opaque, context);
        }
        if (shape instanceof Shape.ArrayOf array) {
            return new ArrayWriter(array, context);
        }
        if (depth >= BuildContext.MAX_DEPTH) {
            return shape instanceof Shape.Unknown
                    ? new SlicesWriter.Serialized(new Shape.Opaque("nested deeply"), context)
                    : new SlicesWriter.Serialized(new Shape.Opaque(shape.toString()), context);
        }
        if (shape instanceof Shape.PairOf pair) {
            return new PairWriter(pair, depth, context);
        }
        if (shape instanceof Shape.ListOf list) {
            return new ListWriter(false, list.element(), depth, context);
        }
        if (shape instanceof Shape.OptionalOf option) {
            return new ListWriter(true, option.element(), depth, context);
        }
        if (shape instanceof Shape.RecordOf record) {
            return ofRecord(record, depth, context);
        }
        if (shape instanceof Shape.EnumOf constants) {
            Class<?> type = find(constants.className(), context.loader);
            return type != null && type.isEnum()
                    ? new SlicesWriter.Constants(constants, type, context)
                    : new SlicesWriter.Serialized(new Shape.Opaque(constants.className()), context);
        }
        return new UnknownWriter(context);
    }

    private static ColumnWriter ofRecord(Shape.RecordOf shape, int depth, BuildContext context) {
        Class<?> type = find(shape.className(), context.loader);
        Optional<RecordAccess> access = type != null && type.isRecord() ? RecordAccess.of(type) : Optional.empty();
        if (access.isEmpty() || access.get().size() != shape.components().size()) {
            return new SlicesWriter.Serialized(new Shape.Opaque(shape.className()), context);
        }
        return new RecordWriter(shape, type, access.get(), depth, context);
    }

    private static ColumnWriter ofScalar(Shape.Scalar scalar, BuildContext context) {
        return switch (scalar) {
            case BOOLEAN, BYTE -> new BytesWriter(scalar, context);
            case SHORT, CHAR -> new ShortsWriter(scalar, context);
            case INT -> new IntsWriter(context);
            case LONG, LOCAL_DATE, LOCAL_TIME -> new LongsWriter(scalar, context);
            case FLOAT -> new FloatsWriter(context);
            case DOUBLE -> new DoublesWriter(context);
            case STRING -> new SlicesWriter.Strings(context);
            case TEXT -> new SlicesWriter.Texts(context);
            case BYTES -> new SlicesWriter.Binary(context);
            case LOCAL_DATE_TIME, INSTANT, DURATION -> new TimesWriter(scalar, context);
        };
    }

    /** A class as the application sees it, or null. */
    static Class<?> find(String name, ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError absent) {
            return null;
        }
    }
}
