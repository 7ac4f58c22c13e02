package dev.quiver.exec.compile;

import dev.quiver.function.ForeachFunction;
import dev.quiver.function.MergeFunction;
import dev.quiver.function.ReduceFunction;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes what becomes of a row, with the sink's state in locals while the loop runs. */
abstract class SinkWriter {
    /** Fills the locals from the state, which is in a field of the loop. */
    abstract void enter(Code code);

    /** Consumes a row; falls through at the end. */
    void row(Code code, RowLocals row) {
        row(code, row.whole(code).object());
    }

    /** Consumes the row in a local, for sinks that want it as an object. */
    abstract void row(Code code, int row);

    /** Puts the locals back. */
    abstract void leave(Code code);

    static SinkWriter of(LoopSink sink, int functionIndex, Constants constants, ClassLoader loader)
            throws ReflectiveOperationException {
        if (sink instanceof LoopSink.Count) {
            return new Counting();
        }
        if (sink instanceof LoopSink.Reduce reduce) {
            return new Merging(reduce.kind(), ReduceFunction.class, functionIndex, constants);
        }
        if (sink instanceof LoopSink.Fold fold) {
            return new Merging(fold.kind(), MergeFunction.class, functionIndex, constants);
        }
        if (sink instanceof LoopSink.ForEach) {
            return new Calling(functionIndex, constants);
        }
        if (sink instanceof LoopSink.Each) {
            return new Handing();
        }
        if (sink instanceof LoopSink.Columns columns) {
            return new ColumnsSinkWriter(columns.shape(), constants, loader);
        }
        if (sink instanceof LoopSink.Merge merge) {
            return new MergeSinkWriter(merge.shape());
        }
        throw new IllegalArgumentException("no way to write " + sink);
    }

    /** Puts the state on the stack as what it is. */
    static void state(Code code, Class<?> type) {
        code.load(0);
        code.method.visitFieldInsn(Opcodes.GETFIELD, Code.NAME, "state", "Ljava/lang/Object;");
        code.type(Opcodes.CHECKCAST, Type.getInternalName(type));
    }

    /** Counts. */
    private static final class Counting extends SinkWriter {
        private int count;

        @Override
        void enter(Code code) {
            state(code, Accumulator.class);
            code.field(Opcodes.GETFIELD, Accumulator.class, "longs", long.class);
            count = code.stored(Type.LONG_TYPE);
        }

        @Override
        void row(Code code, RowLocals row) {
            row(code, -1);
        }

        @Override
        void row(Code code, int unused) {
            code.load(Type.LONG_TYPE, count);
            code.op(Opcodes.LCONST_1);
            code.op(Opcodes.LADD);
            code.store(Type.LONG_TYPE, count);
        }

        @Override
        void leave(Code code) {
            state(code, Accumulator.class);
            code.load(Type.LONG_TYPE, count);
            code.field(Opcodes.PUTFIELD, Accumulator.class, "longs", long.class);
        }
    }

    /** Reduces and folds. The value is unboxed after each row, so that no box lives from one row to the next. */
    private static final class Merging extends SinkWriter {
        private final Accumulator.Kind kind;
        private final Class<?> function;
        private final int index;
        private final Constants constants;
        private final Type type;
        private final String field;
        private final Class<?> fieldClass;
        private final String box;
        private int value;
        private int boxed;
        private int accumulator;

        Merging(Accumulator.Kind kind, Class<?> function, int index, Constants constants) {
            this.kind = kind;
            this.function = function;
            this.index = index;
            this.constants = constants;
            this.fieldClass = switch (kind) {
                case LONG -> long.class;
                case INT -> int.class;
                case DOUBLE -> double.class;
                case OBJECT -> Object.class;
            };
            this.type = Type.getType(fieldClass);
            this.field = kind == Accumulator.Kind.OBJECT ? "object" : fieldClass.getName() + "s";
            this.box = switch (kind) {
                case LONG -> "java/lang/Long";
                case INT -> "java/lang/Integer";
                case DOUBLE -> "java/lang/Double";
                case OBJECT -> Code.OBJECT;
            };
        }

        @Override
        void enter(Code code) {
            state(code, Accumulator.class);
            accumulator = code.stored(Type.getType(Accumulator.class));
            code.load(accumulator);
            code.field(Opcodes.GETFIELD, Accumulator.class, field, fieldClass);
            value = code.stored(type);
            code.constant(0);
            boxed = code.stored(Type.INT_TYPE);
        }

        private void call(Code code, Runnable left, int row) {
            constants.function(code, index);
            left.run();
            code.load(row);
            code.onInterface(function, "call", "(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;");
        }

        @Override
        void row(Code code, int row) {
            if (kind == Accumulator.Kind.OBJECT) {
                call(code, () -> code.load(value), row);
                code.store(type, value);
                return;
            }
            Label slow = new Label();
            Label mixed = new Label();
            Label done = new Label();
            code.load(Type.INT_TYPE, boxed);
            code.jump(Opcodes.IFNE, slow);
            call(
                    code,
                    () -> {
                        code.load(type, value);
                        code.method.visitMethodInsn(
                                Opcodes.INVOKESTATIC,
                                box,
                                "valueOf",
                                "(" + type.getDescriptor() + ")L" + box + ";",
                                false);
                    },
                    row);
            int result = code.storedObject();
            code.load(result);
            code.type(Opcodes.INSTANCEOF, box);
            code.jump(Opcodes.IFEQ, mixed);
            code.load(result);
            code.type(Opcodes.CHECKCAST, box);
            code.method.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL, box, fieldClass.getName() + "Value", "()" + type.getDescriptor(), false);
            code.store(type, value);
            code.jump(Opcodes.GOTO, done);
            code.mark(mixed);
            code.load(accumulator);
            code.load(result);
            code.onClass(Accumulator.class, "mix", "(Ljava/lang/Object;)V");
            code.constant(1);
            code.store(Type.INT_TYPE, boxed);
            code.jump(Opcodes.GOTO, done);
            code.mark(slow);
            code.load(accumulator);
            call(
                    code,
                    () -> {
                        code.load(accumulator);
                        code.field(Opcodes.GETFIELD, Accumulator.class, "object", Object.class);
                    },
                    row);
            code.field(Opcodes.PUTFIELD, Accumulator.class, "object", Object.class);
            code.mark(done);
        }

        @Override
        void leave(Code code) {
            Label end = new Label();
            code.load(Type.INT_TYPE, boxed);
            code.jump(Opcodes.IFNE, end);
            code.load(accumulator);
            code.load(type, value);
            code.field(Opcodes.PUTFIELD, Accumulator.class, field, fieldClass);
            code.mark(end);
        }
    }

    /** Calls the user's action. */
    private static final class Calling extends SinkWriter {
        private final int index;
        private final Constants constants;

        Calling(int index, Constants constants) {
            this.index = index;
            this.constants = constants;
        }

        @Override
        void enter(Code code) {}

        @Override
        void row(Code code, int row) {
            constants.function(code, index);
            code.load(row);
            code.onInterface(ForeachFunction.class, "call", "(Ljava/lang/Object;)V");
        }

        @Override
        void leave(Code code) {}
    }

    /** Hands rows to the engine. */
    private static final class Handing extends SinkWriter {
        private int target;

        @Override
        void enter(Code code) {
            state(code, RowTarget.class);
            target = code.stored(Type.getType(RowTarget.class));
        }

        @Override
        void row(Code code, int row) {
            code.load(target);
            code.load(row);
            code.onInterface(RowTarget.class, "row", "(Ljava/lang/Object;)V");
        }

        @Override
        void leave(Code code) {}
    }
}
