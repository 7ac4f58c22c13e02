package dev.quiver.exec.arrow;

import dev.quiver.shape.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Shapes as bytes: a tag, then what the tag needs, depth first. */
final class ShapeCodec {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_COMPONENTS = 4096;
    private static final Shape.Scalar[] SCALARS = Shape.Scalar.values();

    private static final int SCALAR = 0;
    private static final int PAIR = 1;
    private static final int RECORD = 2;
    private static final int ENUM = 3;
    private static final int LIST = 4;
    private static final int OPTIONAL = 5;
    private static final int OPAQUE = 6;

    private ShapeCodec() {}

    static byte[] encode(Shape shape) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(shape, new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException when the bytes are not one shape */
    static Shape decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Shape shape = read(in, 0);
            if (in.read() != -1) {
                throw new IllegalArgumentException("bytes follow a shape");
            }
            return shape;
        } catch (IOException truncated) {
            throw new IllegalArgumentException("a shape of " + bytes.length + " bytes is cut short", truncated);
        }
    }

    private static void write(Shape shape, DataOutputStream out) throws IOException {
        if (shape instanceof Shape.Scalar scalar) {
            out.writeByte(SCALAR);
            out.writeByte(scalar.ordinal());
        } else if (shape instanceof Shape.PairOf pair) {
            out.writeByte(PAIR);
            write(pair.key(), out);
            write(pair.value(), out);
        } else if (shape instanceof Shape.RecordOf record) {
            out.writeByte(RECORD);
            out.writeUTF(record.className());
            out.writeShort(record.components().size());
            for (Shape.Component component : record.components()) {
                out.writeUTF(component.name());
                write(component.shape(), out);
            }
        } else if (shape instanceof Shape.EnumOf constants) {
            out.writeByte(ENUM);
            out.writeUTF(constants.className());
        } else if (shape instanceof Shape.ListOf list) {
            out.writeByte(LIST);
            write(list.element(), out);
        } else if (shape instanceof Shape.OptionalOf optional) {
            out.writeByte(OPTIONAL);
            write(optional.element(), out);
        } else if (shape instanceof Shape.Opaque opaque) {
            out.writeByte(OPAQUE);
            out.writeUTF(opaque.why());
        } else {
            throw new IllegalArgumentException("a batch of shape '" + shape + "' cannot be encoded");
        }
    }

    private static Shape read(DataInputStream in, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("a shape is nested more than " + MAX_DEPTH + " deep");
        }
        int tag = in.readUnsignedByte();
        switch (tag) {
            case SCALAR:
                return SCALARS[in.readUnsignedByte()];
            case PAIR:
                return new Shape.PairOf(read(in, depth + 1), read(in, depth + 1));
            case RECORD:
                return readRecord(in, depth);
            case ENUM:
                return new Shape.EnumOf(in.readUTF());
            case LIST:
                return new Shape.ListOf(read(in, depth + 1));
            case OPTIONAL:
                return new Shape.OptionalOf(read(in, depth + 1));
            case OPAQUE:
                return new Shape.Opaque(in.readUTF());
            default:
                throw new IllegalArgumentException("no shape has the tag " + tag);
        }
    }

    private static Shape readRecord(DataInputStream in, int depth) throws IOException {
        String className = in.readUTF();
        int count = in.readUnsignedShort();
        if (count > MAX_COMPONENTS) {
            throw new IllegalArgumentException("a record of " + count + " components");
        }
        List<Shape.Component> components = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            components.add(new Shape.Component(in.readUTF(), read(in, depth + 1)));
        }
        return new Shape.RecordOf(className, components);
    }
}
