package dev.quiver.exec.compile;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.specialize.FreshBoxes;
import dev.quiver.shape.Shape;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** How generated code treats the scalars it knows: their box, their primitive, and the array of their column. */
enum ScalarCode {
    BOOLEAN(boolean.class, Boolean.class, byte[].class, Column.Bytes.class),
    BYTE(byte.class, Byte.class, byte[].class, Column.Bytes.class),
    SHORT(short.class, Short.class, short[].class, Column.Shorts.class),
    CHAR(char.class, Character.class, short[].class, Column.Shorts.class),
    INT(int.class, Integer.class, int[].class, Column.Ints.class),
    LONG(long.class, Long.class, long[].class, Column.Longs.class),
    FLOAT(float.class, Float.class, float[].class, Column.Floats.class),
    DOUBLE(double.class, Double.class, double[].class, Column.Doubles.class),
    STRING(String.class, String.class, TextBuffer.class, Column.Slices.class);

    final Class<?> value;
    final Class<?> box;
    final Class<?> array;
    final Class<?> column;
    final Type type;

    ScalarCode(Class<?> value, Class<?> box, Class<?> array, Class<?> column) {
        this.value = value;
        this.box = box;
        this.array = array;
        this.column = column;
        this.type = Type.getType(value);
    }

    /** The code for a shape, or null when it is no scalar that generated code knows. */
    static ScalarCode of(Shape shape) {
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
            default -> null;
        };
    }

    /**
     * Makes a box of the primitive on the stack.
     *
     * @param shared whether it may be one that others have, as {@code valueOf} gives
     */
    void box(Code code, boolean shared) {
        if (this != STRING) {
            String descriptor = "(" + type.getDescriptor() + ")" + Type.getDescriptor(box);
            code.onStatic(shared ? box : FreshBoxes.class, shared ? "valueOf" : "of", descriptor);
        }
    }

    /** Makes a primitive of the box on the stack, whose class is known. */
    void unbox(Code code) {
        code.type(Opcodes.CHECKCAST, Type.getInternalName(box));
        if (this != STRING) {
            code.onClass(box, value.getName() + "Value", "()" + type.getDescriptor());
        }
    }

    /** Reads the array element whose array and index are on the stack. */
    void load(Code code) {
        code.op(Type.getType(array.getComponentType()).getOpcode(Opcodes.IALOAD));
        if (this == CHAR) {
            code.op(Opcodes.I2C);
        }
    }

    /** Writes the array element whose array, index and value are on the stack. */
    void store(Code code) {
        code.op(Type.getType(array.getComponentType()).getOpcode(Opcodes.IASTORE));
    }
}
