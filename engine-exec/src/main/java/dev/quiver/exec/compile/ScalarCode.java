package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.specialize.FreshBoxes;
import dev.quiver.shape.Shape;
import java.util.Locale;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * How generated code treats the values it knows, one column each: their box, what is kept in a local, and the array of
 * their column. Text and arrays have no box; their column is an array of all elements and one of offsets.
 */
enum ScalarCode {
    BOOLEAN(boolean.class, Boolean.class, byte[].class, Column.Bytes.class),
    BYTE(byte.class, Byte.class, byte[].class, Column.Bytes.class),
    SHORT(short.class, Short.class, short[].class, Column.Shorts.class),
    CHAR(char.class, Character.class, short[].class, Column.Shorts.class),
    INT(int.class, Integer.class, int[].class, Column.Ints.class),
    LONG(long.class, Long.class, long[].class, Column.Longs.class),
    FLOAT(float.class, Float.class, float[].class, Column.Floats.class),
    DOUBLE(double.class, Double.class, double[].class, Column.Doubles.class),
    STRING(String.class, byte[].class, TextBuffer.class),
    TEXT(Text.class, byte[].class, TextBuffer.class),
    BYTES(byte[].class, byte[].class, ArrayBuffer.class),
    BOOLEANS(ArrayKind.BOOLEANS),
    SHORTS(ArrayKind.SHORTS),
    CHARS(ArrayKind.CHARS),
    INTS(ArrayKind.INTS),
    LONGS(ArrayKind.LONGS),
    FLOATS(ArrayKind.FLOATS),
    DOUBLES(ArrayKind.DOUBLES);

    private static final ScalarCode[] OF_ARRAYS = {BOOLEANS, SHORTS, CHARS, INTS, LONGS, FLOATS, DOUBLES};

    /** Class of the value in a local. */
    final Class<?> value;

    /** Class of the value as an object. */
    final Class<?> box;

    /** The array behind the column. */
    final Class<?> storage;

    /** What a {@link ColumnBuffer} collects the values in: the storage itself, or one with offsets. */
    final Class<?> buffer;

    /** Class of the column. */
    final Class<?> column;

    /** Of arrays other than byte arrays, else null. */
    final ArrayKind arrays;

    final Type type;

    ScalarCode(Class<?> value, Class<?> box, Class<?> storage, Class<?> column) {
        this(value, box, storage, storage, column, null);
    }

    ScalarCode(Class<?> value, Class<?> storage, Class<?> buffer) {
        this(value, value, storage, buffer, Column.Slices.class, null);
    }

    ScalarCode(ArrayKind arrays) {
        this(arrays.array, arrays.array, arrays.storage, ArrayBuffer.class, Column.Lists.class, arrays);
    }

    ScalarCode(Class<?> value, Class<?> box, Class<?> storage, Class<?> buffer, Class<?> column, ArrayKind arrays) {
        this.value = value;
        this.box = box;
        this.storage = storage;
        this.buffer = buffer;
        this.column = column;
        this.arrays = arrays;
        this.type = Type.getType(value);
    }

    /** The code for a shape, or null when generated code does not know it or it is made of several values. */
    static ScalarCode of(Shape shape) {
        ArrayKind arrays = ArrayKind.of(shape);
        if (arrays != null) {
            return OF_ARRAYS[arrays.ordinal()];
        }
        if (!(shape instanceof Shape.Scalar scalar)) {
            return null;
        }
        return switch (scalar) {
            case BOOLEAN -> BOOLEAN;
            case BYTE -> BYTE;
            case SHORT -> SHORT;
            case CHAR -> CHAR;
            case INT -> INT;
            case LONG -> LONG;
            case FLOAT -> FLOAT;
            case DOUBLE -> DOUBLE;
            case STRING -> STRING;
            case TEXT -> TEXT;
            case BYTES -> BYTES;
            default -> null;
        };
    }

    /** Whether values are of any length, so that their column has offsets. */
    boolean hasOffsets() {
        return buffer != storage;
    }

    /**
     * Makes a box of the primitive on the stack.
     *
     * @param shared whether it may be one that others have, as {@code valueOf} gives
     */
    void box(Code code, boolean shared) {
        if (value.isPrimitive()) {
            String descriptor = "(" + type.getDescriptor() + ")" + Type.getDescriptor(box);
            code.onStatic(shared ? box : FreshBoxes.class, shared ? "valueOf" : "of", descriptor);
        }
    }

    /** Makes a primitive of the box on the stack, whose class is known. */
    void unbox(Code code) {
        code.type(Opcodes.CHECKCAST, Type.getInternalName(box));
        if (value.isPrimitive()) {
            code.onClass(box, value.getName() + "Value", "()" + type.getDescriptor());
        }
    }

    /** Makes a new value of a row; storage, offsets and row are on the stack. */
    void read(Code code) {
        String parameters = "(" + Type.getDescriptor(storage) + "[II)";
        code.onStatic(ArrayReads.class, name().toLowerCase(Locale.ROOT), parameters + type.getDescriptor());
    }

    /** Whether a value may be read into the array of another: those whose elements lie in the column as they are. */
    boolean isArrayOfStorage() {
        return value == storage && hasOffsets();
    }

    /** As {@link #read}, with the value of the row before on the stack too, or null: it may become that of this row. */
    void readAgain(Code code) {
        String parameters = "(" + Type.getDescriptor(storage) + "[II" + type.getDescriptor() + ")";
        code.onStatic(ArrayReads.class, name().toLowerCase(Locale.ROOT), parameters + type.getDescriptor());
    }

    /** Makes the value on the stack that of a row; buffer and row are below it. Leaves whether there was room. */
    void put(Code code) {
        code.onClass(buffer, "put", "(I" + type.getDescriptor() + ")Z");
    }

    /** Reads the array element whose array and index are on the stack. */
    void load(Code code) {
        code.op(Type.getType(storage.getComponentType()).getOpcode(Opcodes.IALOAD));
        if (this == CHAR) {
            code.op(Opcodes.I2C);
        }
    }

    /** Writes the array element whose array, index and value are on the stack. */
    void store(Code code) {
        code.op(Type.getType(storage.getComponentType()).getOpcode(Opcodes.IASTORE));
    }
}
