package dev.quiver.exec.compile;

import dev.quiver.Pair;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.RecordHandles;
import dev.quiver.lineage.PairPart;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the reading of a row from columns: boxes are made right before the user's function takes them apart again. */
final class ColumnsSourceWriter {
    private final Shape shape;
    private final Constants constants;
    private final ClassLoader loader;
    private final List<ScalarCode> leaves;
    private final int[] arrays;
    private final int[] offsets;
    private final int[] scalars;
    private final boolean sharesBoxes;
    private final boolean reusesArrays;
    private int leaf;

    ColumnsSourceWriter(Shape shape, Constants constants, ClassLoader loader) {
        this(shape, constants, loader, false);
    }

    /** @param reusesArrays whether a row may be made of the arrays of the one before, see {@link ArrayReuse} */
    ColumnsSourceWriter(Shape shape, Constants constants, ClassLoader loader, boolean reusesArrays) {
        this.reusesArrays = reusesArrays;
        this.sharesBoxes = constants.shareBoxes();
        this.shape = shape;
        this.constants = constants;
        this.loader = loader;
        this.leaves = ColumnShapes.leaves(shape);
        this.arrays = new int[leaves.size()];
        this.offsets = new int[leaves.size()];
        this.scalars = new int[leaves.size()];
    }

    /** Puts the arrays of the columns into locals. */
    void enter(Code code, int columnsLocal) {
        for (int index = 0; index < arrays.length; index++) {
            ScalarCode scalar = leaves.get(index);
            column(code, columnsLocal, index, scalar);
            if (scalar.arrays != null) {
                String descriptor = "(" + Type.getDescriptor(Column.Lists.class) + ")Ljava/lang/Object;";
                code.onStatic(ArrayReads.class, "storage", descriptor);
                code.type(Opcodes.CHECKCAST, Type.getInternalName(scalar.storage));
            } else {
                String name = scalar.hasOffsets() ? "data" : "values";
                code.onClass(scalar.column, name, "()" + Type.getDescriptor(scalar.storage));
            }
            arrays[index] = code.stored(Type.getType(scalar.storage));
            if (scalar.hasOffsets()) {
                column(code, columnsLocal, index, scalar);
                code.onClass(scalar.column, "offsets", "()[I");
                offsets[index] = code.stored(Type.getType(int[].class));
            }
            if (isReused(index)) {
                code.op(Opcodes.ACONST_NULL);
                scalars[index] = code.stored(scalar.type);
            }
        }
    }

    private boolean isReused(int index) {
        return reusesArrays && leaves.get(index).isArrayOfStorage();
    }

    /** Puts the arrays, which are elements of an array of objects, into locals. None of them is text. */
    void enterArrays(Code code, int arraysLocal) {
        for (int index = 0; index < arrays.length; index++) {
            code.load(arraysLocal);
            code.constant(index);
            code.op(Opcodes.AALOAD);
            code.type(Opcodes.CHECKCAST, Type.getInternalName(leaves.get(index).storage));
            arrays[index] = code.stored(Type.getType(leaves.get(index).storage));
        }
    }

    /** Locals of the arrays. */
    int[] arrays() {
        return arrays;
    }

    /** Locals of the scalars of the row that was read last. */
    int[] scalars() {
        return scalars;
    }

    private static void column(Code code, int columnsLocal, int index, ScalarCode scalar) {
        code.load(columnsLocal);
        code.constant(index);
        code.op(Opcodes.AALOAD);
        code.type(Opcodes.CHECKCAST, Type.getInternalName(scalar.column));
    }

    /** Reads the row of an index: first all scalars into locals, then the objects made of them. */
    RowLocals row(Code code, int indexLocal) {
        for (int at = 0; at < arrays.length; at++) {
            scalars[at] = scalar(code, at, indexLocal);
        }
        leaf = 0;
        if (shape instanceof Shape.PairOf pair) {
            value(code, pair.key(), true);
            int key = code.storedObject();
            value(code, pair.value(), true);
            return RowLocals.ofPair(key, code.storedObject());
        }
        value(code, shape, true);
        return RowLocals.of(code.storedObject());
    }

    /** Reads one part of a pair, and nothing of the other. */
    RowLocals part(Code code, int indexLocal, PairPart wanted) {
        Shape.PairOf pair = (Shape.PairOf) shape;
        int keyLeaves = ColumnShapes.leaves(pair.key()).size();
        int from = wanted == PairPart.KEY ? 0 : keyLeaves;
        int to = wanted == PairPart.KEY ? keyLeaves : arrays.length;
        for (int at = from; at < to; at++) {
            scalars[at] = scalar(code, at, indexLocal);
        }
        leaf = from;
        Shape part = wanted == PairPart.KEY ? pair.key() : pair.value();
        if (part instanceof Shape.PairOf inner) {
            value(code, inner.key(), true);
            int key = code.storedObject();
            value(code, inner.value(), true);
            return RowLocals.ofPair(key, code.storedObject());
        }
        value(code, part, true);
        return RowLocals.of(code.storedObject());
    }

    private void value(Code code, Shape part, boolean boxed) {
        if (part instanceof Shape.PairOf pair) {
            String name = Type.getInternalName(Pair.class);
            value(code, pair.key(), true);
            int key = code.storedObject();
            value(code, pair.value(), true);
            int second = code.storedObject();
            code.type(Opcodes.NEW, name);
            code.op(Opcodes.DUP);
            code.load(key);
            code.load(second);
            code.method.visitMethodInsn(
                    Opcodes.INVOKESPECIAL, name, "<init>", "(Ljava/lang/Object;Ljava/lang/Object;)V", false);
        } else if (part instanceof Shape.RecordOf record) {
            record(code, record);
        } else {
            ScalarCode scalar = leaves.get(leaf);
            code.load(scalar.type, scalars[leaf++]);
            if (boxed) {
                scalar.box(code, sharesBoxes);
            }
        }
    }

    private int scalar(Code code, int at, int index) {
        ScalarCode scalar = leaves.get(at);
        code.load(arrays[at]);
        if (isReused(at)) {
            code.load(offsets[at]);
            code.load(Type.INT_TYPE, index);
            code.load(scalars[at]);
            scalar.readAgain(code);
            code.store(scalar.type, scalars[at]);
            return scalars[at];
        }
        if (scalar.hasOffsets()) {
            code.load(offsets[at]);
            code.load(Type.INT_TYPE, index);
            scalar.read(code);
        } else {
            code.load(Type.INT_TYPE, index);
            scalar.load(code);
        }
        return code.stored(scalar.type);
    }

    private void record(Code code, Shape.RecordOf record) {
        RecordHandles handles;
        try {
            handles = RecordHandles.of(record.className(), loader);
        } catch (ReflectiveOperationException closed) {
            throw new IllegalArgumentException("no access to " + record.className(), closed);
        }
        if (handles.components().length != record.components().size()) {
            throw new IllegalArgumentException(record.className() + " has other components here");
        }
        constants.object(code, handles.constructor(), MethodHandle.class);
        for (int component = 0; component < handles.components().length; component++) {
            value(code, record.components().get(component).shape(), !handles.components()[component].isPrimitive());
        }
        code.onClass(
                MethodHandle.class, "invokeExact", handles.constructor().type().toMethodDescriptorString());
    }
}
