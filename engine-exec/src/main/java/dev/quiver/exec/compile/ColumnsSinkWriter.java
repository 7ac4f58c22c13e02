package dev.quiver.exec.compile;

import dev.quiver.Pair;
import dev.quiver.exec.column.RecordHandles;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the taking apart of rows into the arrays of a {@link ColumnBuffer}: first every part of a row is checked and put
 * into a local, then all are stored. A row of another shape, or with a null, goes to the buffer as it is.
 */
final class ColumnsSinkWriter extends SinkWriter {
    private final Shape shape;
    private final Constants constants;
    private final ClassLoader loader;
    private final List<ScalarCode> leaves;
    private final int[] arrays;
    private final int[] parts;
    private int buffer;
    private int rows;
    private int leaf;

    ColumnsSinkWriter(Shape shape, Constants constants, ClassLoader loader) {
        this.shape = shape;
        this.constants = constants;
        this.loader = loader;
        this.leaves = ColumnShapes.leaves(shape);
        this.arrays = new int[leaves.size()];
        this.parts = new int[leaves.size()];
    }

    @Override
    void enter(Code code) {
        state(code, ColumnBuffer.class);
        buffer = code.stored(Type.getType(ColumnBuffer.class));
        code.load(buffer);
        code.field(Opcodes.GETFIELD, ColumnBuffer.class, "rows", int.class);
        rows = code.stored(Type.INT_TYPE);
        for (int index = 0; index < arrays.length; index++) {
            code.load(buffer);
            code.field(Opcodes.GETFIELD, ColumnBuffer.class, "arrays", Object[].class);
            code.constant(index);
            code.op(Opcodes.AALOAD);
            code.type(Opcodes.CHECKCAST, Type.getInternalName(leaves.get(index).buffer));
            arrays[index] = code.stored(Type.getType(leaves.get(index).buffer));
        }
    }

    @Override
    void row(Code code, int row) {
        row(code, RowLocals.of(row));
    }

    @Override
    void row(Code code, RowLocals row) {
        Label other = new Label();
        Label done = new Label();
        leaf = 0;
        if (row.isSplit() && shape instanceof Shape.PairOf pair) {
            takeApart(code, pair.key(), row.key(), other);
            takeApart(code, pair.value(), row.value(), other);
        } else {
            takeApart(code, shape, row.whole(code).object(), other);
        }
        for (int index = 0; index < arrays.length; index++) {
            if (leaves.get(index).hasOffsets()) {
                code.load(arrays[index]);
                code.load(Type.INT_TYPE, rows);
                code.load(parts[index]);
                leaves.get(index).put(code);
                code.jump(Opcodes.IFEQ, other);
            }
        }
        for (int index = 0; index < arrays.length; index++) {
            ScalarCode scalar = leaves.get(index);
            if (!scalar.hasOffsets()) {
                code.load(arrays[index]);
                code.load(Type.INT_TYPE, rows);
                code.load(scalar.type, parts[index]);
                scalar.store(code);
            }
        }
        code.method.visitIincInsn(rows, 1);
        code.load(Type.INT_TYPE, rows);
        code.constant(ColumnBuffer.CAPACITY);
        code.jump(Opcodes.IF_ICMPLT, done);
        leave(code);
        code.load(buffer);
        code.onClass(ColumnBuffer.class, "flush", "()V");
        code.constant(0);
        code.store(Type.INT_TYPE, rows);
        code.jump(Opcodes.GOTO, done);
        code.mark(other);
        leave(code);
        int whole = row.whole(code).object();
        code.load(buffer);
        code.load(whole);
        code.onClass(ColumnBuffer.class, "other", "(Ljava/lang/Object;)V");
        code.constant(0);
        code.store(Type.INT_TYPE, rows);
        code.mark(done);
    }

    /** Puts the scalars of the row in a local into other locals, which are returned; jumps when it has another shape. */
    int[] scalarsOf(Code code, int row, Label other) throws ReflectiveOperationException {
        leaf = 0;
        takeApart(code, shape, row, other);
        return parts.clone();
    }

    /** Puts the scalars of the value in a local into the locals {@link #parts}. */
    private void takeApart(Code code, Shape part, int value, Label other) {
        if (part instanceof Shape.PairOf pair) {
            String name = Type.getInternalName(Pair.class);
            code.load(value);
            code.type(Opcodes.INSTANCEOF, name);
            code.jump(Opcodes.IFEQ, other);
            code.load(value);
            code.type(Opcodes.CHECKCAST, name);
            code.onClass(Pair.class, "key", "()Ljava/lang/Object;");
            takeApart(code, pair.key(), code.storedObject(), other);
            code.load(value);
            code.type(Opcodes.CHECKCAST, name);
            code.onClass(Pair.class, "value", "()Ljava/lang/Object;");
            takeApart(code, pair.value(), code.storedObject(), other);
        } else if (part instanceof Shape.RecordOf record) {
            record(code, record, value, other);
        } else {
            ScalarCode scalar = leaves.get(leaf);
            code.load(value);
            code.type(Opcodes.INSTANCEOF, Type.getInternalName(scalar.box));
            code.jump(Opcodes.IFEQ, other);
            code.load(value);
            scalar.unbox(code);
            parts[leaf++] = code.stored(scalar.type);
        }
    }

    private void record(Code code, Shape.RecordOf record, int value, Label other) {
        RecordHandles handles;
        try {
            handles = RecordHandles.of(record.className(), loader);
        } catch (ReflectiveOperationException closed) {
            throw new IllegalArgumentException("no access to " + record.className(), closed);
        }
        constants.object(code, handles.type(), Class.class);
        code.load(value);
        code.onClass(Class.class, "isInstance", "(Ljava/lang/Object;)Z");
        code.jump(Opcodes.IFEQ, other);
        for (int component = 0; component < handles.components().length; component++) {
            MethodHandle accessor = handles.accessors()[component];
            constants.object(code, accessor, MethodHandle.class);
            code.load(value);
            code.onClass(MethodHandle.class, "invokeExact", accessor.type().toMethodDescriptorString());
            Shape shapeOfComponent = record.components().get(component).shape();
            if (handles.components()[component].isPrimitive()) {
                parts[leaf] = code.stored(leaves.get(leaf).type);
                leaf++;
            } else {
                takeApart(code, shapeOfComponent, code.storedObject(), other);
            }
        }
    }

    @Override
    void leave(Code code) {
        code.load(buffer);
        code.load(Type.INT_TYPE, rows);
        code.field(Opcodes.PUTFIELD, ColumnBuffer.class, "rows", int.class);
    }
}
