package dev.quiver.exec.compile;

import dev.quiver.exec.column.Column;
import dev.quiver.function.MapFunction;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the class of a {@link StateLoop}. The two ways of a row, into a new state or into one that is there, have code of
 * their own to the end: objects that come from either of two places would have to be made.
 */
final class StateLoopWriter {
    private static final String LOOP = Type.getInternalName(StateLoop.class);
    private static final int STATES = 1;
    private static final int VALUES = 2;
    private static final int NUMBERS = 3;
    private static final int ROW = 4;
    private static final int TO = 5;
    private static final int KNOWN = 6;

    private final StatePlan plan;
    private final ClassLoader loader;
    private final Constants constants;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
        @Override
        protected String getCommonSuperClass(String left, String right) {
            return Code.OBJECT;
        }
    };

    StateLoopWriter(StatePlan plan, ClassLoader loader) {
        this.plan = plan;
        this.loader = loader;
        List<Class<?>> types = new ArrayList<>();
        if (plan.create() != null) {
            types.add(MapFunction.class);
        }
        types.add(plan.mergeType());
        this.constants = new Constants(plan.functions(), types.toArray(new Class<?>[0]));
    }

    Constants constants() {
        return constants;
    }

    byte[] write() throws ReflectiveOperationException {
        writer.visit(
                Opcodes.V17,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                Code.NAME,
                null,
                LOOP,
                null);
        constants.declareFields(writer);
        Code constructor = new Code(writer.visitMethod(0, "<init>", "([Ljava/lang/Object;)V", null, null), 1);
        constructor.load(0);
        constructor.method.visitMethodInsn(Opcodes.INVOKESPECIAL, LOOP, "<init>", "()V", false);
        constants.setFields(constructor, 1);
        constructor.op(Opcodes.RETURN);
        constructor.end();
        merge();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private void merge() throws ReflectiveOperationException {
        Code code = new Code(
                writer.visitMethod(
                        Opcodes.ACC_PUBLIC,
                        "merge",
                        "([Ljava/lang/Object;[" + Type.getDescriptor(Column.class) + "[IIII)I",
                        null,
                        new String[] {"java/lang/Exception"}),
                KNOWN);
        ColumnsSourceWriter values = new ColumnsSourceWriter(plan.value(), constants, loader);
        ColumnsSourceWriter states = new ColumnsSourceWriter(plan.state(), constants, loader);
        values.enter(code, VALUES);
        states.enterArrays(code, STATES);
        Label test = new Label();
        Label fresh = new Label();
        Label next = new Label();
        Label refused = new Label();
        Label done = new Label();
        code.mark(test);
        code.load(Type.INT_TYPE, ROW);
        code.load(Type.INT_TYPE, TO);
        code.jump(Opcodes.IF_ICMPGE, done);
        code.load(NUMBERS);
        code.load(Type.INT_TYPE, ROW);
        code.op(Opcodes.IALOAD);
        int number = code.stored(Type.INT_TYPE);
        code.load(Type.INT_TYPE, number);
        code.load(Type.INT_TYPE, KNOWN);
        code.jump(Opcodes.IF_ICMPGE, fresh);
        int value = values.row(code, ROW).whole(code).object();
        int state = states.row(code, number).whole(code).object();
        constants.function(code, plan.create() == null ? 0 : 1);
        code.load(state);
        code.load(value);
        code.onInterface(plan.mergeType(), "call", "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
        keep(code, states, number, code.storedObject(), refused);
        code.jump(Opcodes.GOTO, next);
        code.mark(fresh);
        int first = values.row(code, ROW).whole(code).object();
        if (plan.create() == null) {
            store(code, states, number, values.scalars());
        } else {
            constants.function(code, 0);
            code.load(first);
            code.onInterface(MapFunction.class, "call", "(Ljava/lang/Object;)Ljava/lang/Object;");
            keep(code, states, number, code.storedObject(), refused);
        }
        code.method.visitIincInsn(KNOWN, 1);
        code.mark(next);
        code.method.visitIincInsn(ROW, 1);
        code.jump(Opcodes.GOTO, test);
        code.mark(refused);
        code.load(Type.INT_TYPE, ROW);
        code.op(Opcodes.IRETURN);
        code.mark(done);
        code.load(Type.INT_TYPE, TO);
        code.op(Opcodes.IRETURN);
        code.end();
    }

    /** Takes the object in a local apart and stores it as a state. */
    private void keep(Code code, ColumnsSourceWriter states, int number, int object, Label refused)
            throws ReflectiveOperationException {
        ColumnsSinkWriter taker = new ColumnsSinkWriter(plan.state(), constants, loader);
        store(code, states, number, taker.scalarsOf(code, object, refused));
    }

    private void store(Code code, ColumnsSourceWriter states, int number, int[] scalars) {
        List<ScalarCode> leaves = ColumnShapes.leaves(plan.state());
        for (int index = 0; index < scalars.length; index++) {
            code.load(states.arrays()[index]);
            code.load(Type.INT_TYPE, number);
            code.load(leaves.get(index).type, scalars[index]);
            leaves.get(index).store(code);
        }
    }
}
