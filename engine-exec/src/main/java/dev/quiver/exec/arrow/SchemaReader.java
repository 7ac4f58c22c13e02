package dev.quiver.exec.arrow;

import dev.quiver.exec.arrow.ColumnType.Layout;
import dev.quiver.exec.column.ShapeCodec;
import dev.quiver.shape.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Time;
import org.apache.arrow.flatbuf.Type;

/**
 * Reads a Schema message from bytes that may be damaged. Depth and number of fields are bounded, because a cycle of
 * offsets would otherwise describe a tree without end.
 */
final class SchemaReader {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_FIELDS = 10_000;

    private int fieldsLeft = MAX_FIELDS;

    private SchemaReader() {}

    static BatchSchema read(byte[] message) throws CorruptBatch {
        try {
            Envelope.Opened opened = Envelope.open(ByteBuffer.wrap(message), MessageHeader.Schema);
            Schema schema = (Schema) opened.message().header(new Schema());
            if (schema == null || schema.endianness() != Endianness.Little) {
                throw new CorruptBatch("a schema message is empty or not little-endian");
            }
            Shape shape = shape(schema);
            SchemaReader reader = new SchemaReader();
            List<Leaves.Leaf> leaves = Leaves.of(shape);
            if (leaves.size() != schema.fieldsLength()) {
                throw new CorruptBatch("a schema has " + schema.fieldsLength() + " fields where its shape " + shape
                        + " has " + leaves.size() + " columns");
            }
            List<ColumnType> columns = new ArrayList<>(leaves.size());
            for (int index = 0; index < leaves.size(); index++) {
                columns.add(
                        reader.column(schema.fields(index), leaves.get(index).shape(), 0));
            }
            return new BatchSchema(shape, List.copyOf(columns));
        } catch (RuntimeException malformed) {
            throw new CorruptBatch("a schema message of " + message.length + " bytes is malformed", malformed);
        }
    }

    private static Shape shape(Schema schema) throws CorruptBatch {
        for (int index = 0; index < schema.customMetadataLength(); index++) {
            KeyValue entry = schema.customMetadata(index);
            if (BatchSchema.SHAPE_KEY.equals(entry.key())) {
                return ShapeCodec.fromText(entry.value());
            }
        }
        throw new CorruptBatch("a schema without '" + BatchSchema.SHAPE_KEY + "' was not written by this engine");
    }

    private ColumnType column(Field field, Shape shape, int depth) throws CorruptBatch {
        if (depth > MAX_DEPTH || --fieldsLeft < 0 || field.dictionary() != null) {
            throw new CorruptBatch("a schema is nested or wide beyond all limits, or uses dictionaries");
        }
        Layout layout = layout(field);
        if (layout != Layout.LIST) {
            require(field.childrenLength() == 0, field);
            return new ColumnType(field.name(), layout, null, field.nullable(), null, List.of());
        }
        require(field.childrenLength() == 1, field);
        require(!(shape instanceof Shape.ArrayOf) || !field.children(0).nullable(), field);
        Shape elements = elements(shape, field);
        List<ColumnType> children = List.of(item(field.children(0), elements, depth + 1));
        return new ColumnType(field.name(), layout, null, field.nullable(), elements, children);
    }

    private static Shape elements(Shape shape, Field field) throws CorruptBatch {
        if (shape instanceof Shape.ListOf list) {
            return list.element();
        } else if (shape instanceof Shape.OptionalOf optional) {
            return optional.element();
        } else if (shape instanceof Shape.ArrayOf array) {
            return array.element();
        }
        throw new CorruptBatch("field '" + field.name() + "' of a schema is a list where its shape is " + shape);
    }

    private ColumnType item(Field field, Shape elements, int depth) throws CorruptBatch {
        List<Leaves.Leaf> leaves = Leaves.of(elements);
        if (leaves.size() == 1) {
            return column(field, leaves.get(0).shape(), depth);
        }
        require(field.typeType() == Type.Struct_ && field.childrenLength() == leaves.size(), field);
        List<ColumnType> children = new ArrayList<>(leaves.size());
        for (int index = 0; index < leaves.size(); index++) {
            children.add(column(field.children(index), leaves.get(index).shape(), depth + 1));
        }
        return new ColumnType(field.name(), Layout.STRUCT, null, field.nullable(), null, List.copyOf(children));
    }

    private static Layout layout(Field field) throws CorruptBatch {
        switch (field.typeType()) {
            case Type.Int:
                switch (((Int) field.type(new Int())).bitWidth()) {
                    case 64:
                        return Layout.LONGS;
                    case 32:
                        return Layout.INTS;
                    case 16:
                        return Layout.SHORTS;
                    case 8:
                        return Layout.BYTES;
                    default:
                        break;
                }
                break;
            case Type.FloatingPoint:
                short precision = ((FloatingPoint) field.type(new FloatingPoint())).precision();
                require(precision != Precision.HALF, field);
                return precision == Precision.DOUBLE ? Layout.DOUBLES : Layout.FLOATS;
            case Type.Time:
                require(((Time) field.type(new Time())).bitWidth() == 64, field);
                return Layout.LONGS;
            case Type.Date:
                require(((Date) field.type(new Date())).unit() == DateUnit.DAY, field);
                return Layout.INTS;
            case Type.Bool:
                return Layout.BITS;
            case Type.Utf8:
            case Type.Binary:
                return Layout.SLICES;
            case Type.List:
                return Layout.LIST;
            default:
                break;
        }
        throw new CorruptBatch("field '" + field.name() + "' has an Arrow type the engine does not write");
    }

    private static void require(boolean condition, Field field) throws CorruptBatch {
        if (!condition) {
            throw new CorruptBatch("field '" + field.name() + "' of a schema does not match the shape beside it");
        }
    }
}
