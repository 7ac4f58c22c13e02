package dev.quiver.exec.compile;

import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the class of a plan: fields for functions with state, a constructor, and the one loop. */
final class LoopWriter {
    private static final String CONSTRUCTOR =
            "([Ljava/lang/Object;Ljava/lang/Object;" + Type.getDescriptor(OpenResults.class) + "Ljava/lang/Runnable;)V";
    private static final String[] THROWS = {"java/lang/Exception"};

    private final LoopPlan plan;
    private final ClassLoader loader;
    private final Constants constants;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
        @Override
        protected String getCommonSuperClass(String left, String right) {
            return Code.OBJECT;
        }
    };

    LoopWriter(LoopPlan plan, ClassLoader loader) {
        this.plan = plan;
        this.loader = loader;
        this.constants = new Constants(plan.functions(), types(plan));
    }

    private static Class<?>[] types(LoopPlan plan) {
        List<Class<?>> types = new ArrayList<>();
        for (Op op : plan.ops()) {
            types.add(
                    op instanceof Op.Filter
                            ? FilterFunction.class
                            : op instanceof Op.FlatMap ? FlatMapFunction.class : MapFunction.class);
        }
        if (plan.sink() instanceof LoopSink.Reduce || plan.sink() instanceof LoopSink.Merge) {
            types.add(ReduceFunction.class);
        } else if (plan.sink() instanceof LoopSink.Fold) {
            types.add(MergeFunction.class);
        } else if (plan.sink() instanceof LoopSink.ForEach) {
            types.add(ForeachFunction.class);
        }
        return types.toArray(new Class<?>[0]);
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
                Code.LOOP,
                null);
        writer.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "state", "Ljava/lang/Object;", null, null);
        constants.declareFields(writer);
        constructor();
        if (plan.sink() instanceof LoopSink.InPlace) {
            inPlace();
        } else if (plan.source() instanceof LoopSource.Range) {
            range();
        } else if (plan.source() instanceof LoopSource.Rows) {
            rows();
        } else if (plan.source() instanceof LoopSource.Lines lines) {
            lines(lines);
        } else {
            columns(((LoopSource.Columns) plan.source()));
        }
        writer.visitEnd();
        return writer.toByteArray();
    }

    private void constructor() {
        Code code = new Code(writer.visitMethod(0, "<init>", CONSTRUCTOR, null, null), 4);
        code.load(0);
        code.load(3);
        code.load(4);
        code.method.visitMethodInsn(
                Opcodes.INVOKESPECIAL,
                Code.LOOP,
                "<init>",
                "(" + Type.getDescriptor(OpenResults.class) + "Ljava/lang/Runnable;)V",
                false);
        code.load(0);
        code.load(2);
        code.method.visitFieldInsn(Opcodes.PUTFIELD, Code.NAME, "state", "Ljava/lang/Object;");
        constants.setFields(code, 1);
        code.op(Opcodes.RETURN);
        code.end();
    }

    private Code method(String name, String descriptor, int parameterSlots) {
        return new Code(writer.visitMethod(Opcodes.ACC_PUBLIC, name, descriptor, null, THROWS), parameterSlots);
    }

    /** Longs counted up from the first. */
    private void range() throws ReflectiveOperationException {
        Code code = method("range", "(JJI)V", 5);
        code.constant(0);
        int index = code.stored(Type.INT_TYPE);
        loop(
                code,
                index,
                5,
                () -> {
                    code.load(Type.LONG_TYPE, 1);
                    ScalarCode.LONG.box(code, constants.shareBoxes());
                    return RowLocals.of(code.storedObject());
                },
                () -> {
                    code.load(Type.LONG_TYPE, 1);
                    code.load(Type.LONG_TYPE, 3);
                    code.op(Opcodes.LADD);
                    code.store(Type.LONG_TYPE, 1);
                });
        code.op(Opcodes.RETURN);
        code.end();
    }

    private void rows() throws ReflectiveOperationException {
        Code code = method("rows", "([Ljava/lang/Object;II)I", 3);
        loop(
                code,
                2,
                3,
                () -> {
                    code.load(1);
                    code.load(Type.INT_TYPE, 2);
                    code.op(Opcodes.AALOAD);
                    return RowLocals.of(code.storedObject());
                },
                () -> {});
        code.constant(0);
        code.op(Opcodes.IRETURN);
        code.end();
    }

    private void lines(LoopSource.Lines source) throws ReflectiveOperationException {
        Code code = method("lines", "([B[I[III)V", 5);
        ScalarCode line = source.slices() ? ScalarCode.TEXT : ScalarCode.STRING;
        Supplier<RowLocals> read = () -> {
            code.load(1);
            for (int bounds = 2; bounds <= 3; bounds++) {
                code.load(bounds);
                code.load(Type.INT_TYPE, 4);
                code.op(Opcodes.IALOAD);
            }
            String name = source.slices() ? "slice" : "string";
            code.onStatic(RowLoop.class, name, "([BII)" + line.type.getDescriptor());
            return RowLocals.of(code.storedObject());
        };
        loop(code, 4, 5, read, () -> {});
        code.op(Opcodes.RETURN);
        code.end();
    }

    private void columns(LoopSource.Columns source) throws ReflectiveOperationException {
        Code code = method("columns", "([" + Type.getDescriptor(dev.quiver.exec.column.Column.class) + "II)V", 3);
        ColumnsSourceWriter reader =
                new ColumnsSourceWriter(source.shape(), constants, loader, ArrayReuse.isSafe(plan));
        reader.enter(code, 1);
        PairPart part = partOf(source.shape());
        loop(code, 2, 3, () -> part == null ? reader.row(code, 2) : reader.part(code, 2, part), () -> {});
        code.op(Opcodes.RETURN);
        code.end();
    }

    /** The part of pairs that the first operator takes, when it does only that; it is read alone then. */
    private PairPart partOf(Shape shape) {
        return shape instanceof Shape.PairOf
                        && !plan.ops().isEmpty()
                        && plan.ops().get(0) instanceof Op.Map map
                        && map.function() instanceof PairPart part
                ? part
                : null;
    }

    /** {@code for (; index < end; index++, step) { row = read; operators; sink }}. */
    private void loop(Code code, int index, int end, Supplier<RowLocals> read, Runnable step)
            throws ReflectiveOperationException {
        SinkWriter sink = SinkWriter.of(plan.sink(), plan.ops().size(), constants, loader);
        sink.enter(code);
        OpsWriter ops = new OpsWriter(plan.ops(), constants, writer, (body, row, next) -> sink.row(body, row));
        Label test = new Label();
        Label next = new Label();
        Label done = new Label();
        code.mark(test);
        code.load(Type.INT_TYPE, index);
        code.load(Type.INT_TYPE, end);
        code.jump(Opcodes.IF_ICMPGE, done);
        boolean partRead = plan.source() instanceof LoopSource.Columns columns && partOf(columns.shape()) != null;
        ops.write(code, partRead ? 1 : 0, read.get(), next);
        code.mark(next);
        step.run();
        code.method.visitIincInsn(index, 1);
        code.jump(Opcodes.GOTO, test);
        code.mark(done);
        sink.leave(code);
    }

    /** Rows that stay are moved to the front of those it works on. */
    private void inPlace() {
        Code code = method("rows", "([Ljava/lang/Object;II)I", 3);
        code.load(Type.INT_TYPE, 2);
        int kept = code.stored(Type.INT_TYPE);
        code.load(Type.INT_TYPE, 2);
        int from = code.stored(Type.INT_TYPE);
        OpsWriter ops = new OpsWriter(plan.ops(), constants, writer, (body, row, next) -> {
            int whole = row.whole(body).object();
            body.load(1);
            body.load(Type.INT_TYPE, kept);
            body.load(whole);
            body.op(Opcodes.AASTORE);
            body.method.visitIincInsn(kept, 1);
        });
        Label test = new Label();
        Label next = new Label();
        Label done = new Label();
        code.mark(test);
        code.load(Type.INT_TYPE, 2);
        code.load(Type.INT_TYPE, 3);
        code.jump(Opcodes.IF_ICMPGE, done);
        code.load(1);
        code.load(Type.INT_TYPE, 2);
        code.op(Opcodes.AALOAD);
        ops.write(code, 0, RowLocals.of(code.storedObject()), next);
        code.mark(next);
        code.method.visitIincInsn(2, 1);
        code.jump(Opcodes.GOTO, test);
        code.mark(done);
        code.load(Type.INT_TYPE, kept);
        code.load(Type.INT_TYPE, from);
        code.op(Opcodes.ISUB);
        code.op(Opcodes.IRETURN);
        code.end();
    }
}
