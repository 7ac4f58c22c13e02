package dev.quiver.exec.compile;

import dev.quiver.function.FilterFunction;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.function.MapFunction;
import dev.quiver.lineage.Op;
import java.util.Iterator;
import java.util.List;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes a chain of operators: straight code from a row to the sink, a jump where a filter drops it, a loop in the loop for
 * flatMap. Long chains are cut into methods of their own, because the JIT neither compiles nor inlines large ones.
 */
final class OpsWriter {
    /** What follows the last operator. */
    interface Rest {
        void write(Code code, RowLocals row, Label next);
    }

    private static final int MOST_OPS_IN_ONE_METHOD = 40;
    private static final int OPS_IN_A_PART = 32;
    private static final String CALL = "(Ljava/lang/Object;)Ljava/lang/Object;";

    private final List<Op> ops;
    private final Constants constants;
    private final ClassVisitor writer;
    private final Rest rest;
    private final int budget;

    OpsWriter(List<Op> ops, Constants constants, ClassVisitor writer, Rest rest) {
        this.ops = ops;
        this.constants = constants;
        this.writer = writer;
        this.rest = rest;
        this.budget = ops.size() > MOST_OPS_IN_ONE_METHOD ? OPS_IN_A_PART : Integer.MAX_VALUE;
    }

    /** Writes the operators from one on, for the row in a local; jumps to {@code next} when a row is done with. */
    void write(Code code, int from, RowLocals row, Label next) {
        RowLocals current = row;
        int at = from;
        while (at < ops.size()) {
            if (ops.get(at) instanceof Op.FlatMap) {
                flatMap(code, at, current.whole(code).object(), next);
                return;
            }
            int end = runEnd(at);
            if (budget == Integer.MAX_VALUE) {
                for (; at < end; at++) {
                    current = rowOp(code, at, current, next);
                }
            } else {
                int stop = Math.min(end, at + budget);
                current = RowLocals.of(part(code, at, stop, current.whole(code).object(), next));
                at = stop;
            }
        }
        rest.write(code, current, next);
    }

    private int runEnd(int from) {
        int end = from;
        while (end < ops.size() && !(ops.get(end) instanceof Op.FlatMap)) {
            end++;
        }
        return end;
    }

    /** Writes one operator; returns the locals of its result. */
    private RowLocals rowOp(Code code, int index, RowLocals row, Label dropped) {
        Op op = ops.get(index);
        if (op instanceof Op.MapValues) {
            RowLocals pair = row.split(code);
            return RowLocals.ofPair(pair.key(), call(code, index, pair.value()));
        }
        RowLocals whole = row.whole(code);
        if (op instanceof Op.Filter) {
            constants.function(code, index);
            code.load(whole.object());
            code.onInterface(FilterFunction.class, "test", "(Ljava/lang/Object;)Z");
            code.jump(Opcodes.IFEQ, dropped);
            return whole;
        }
        int result = call(code, index, whole.object());
        return op instanceof Op.KeyBy
                ? RowLocals.ofPair(result, whole.object())
                : RowLocals.made(result, whole.object());
    }

    private int call(Code code, int index, int argument) {
        constants.function(code, index);
        code.load(argument);
        code.onInterface(MapFunction.class, "call", CALL);
        return code.storedObject();
    }

    /** Writes operators as a method and the call of it. */
    private int part(Code code, int from, int to, int row, Label dropped) {
        String name = "part" + from;
        Code body = new Code(
                writer.visitMethod(Opcodes.ACC_PRIVATE, name, CALL, null, new String[] {"java/lang/Exception"}), 1);
        Label drop = new Label();
        RowLocals current = RowLocals.of(1);
        boolean filters = false;
        for (int index = from; index < to; index++) {
            filters |= ops.get(index) instanceof Op.Filter;
            current = rowOp(body, index, current, drop);
        }
        body.load(current.whole(body).object());
        body.op(Opcodes.ARETURN);
        if (filters) {
            body.mark(drop);
            body.field(Opcodes.GETSTATIC, RowLoop.class, "DROPPED", Object.class);
            body.op(Opcodes.ARETURN);
        }
        body.end();
        code.load(0);
        code.load(row);
        code.method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Code.NAME, name, CALL, false);
        int result = code.storedObject();
        if (filters) {
            code.load(result);
            code.field(Opcodes.GETSTATIC, RowLoop.class, "DROPPED", Object.class);
            code.jump(Opcodes.IF_ACMPEQ, dropped);
        }
        return result;
    }

    private void flatMap(Code code, int index, int row, Label done) {
        constants.function(code, index);
        code.load(row);
        code.onInterface(FlatMapFunction.class, "call", "(Ljava/lang/Object;)Ljava/lang/Iterable;");
        int results = code.storedObject();
        code.load(results);
        code.onStatic(OpenResults.class, "refuseNull", "(Ljava/lang/Object;)V");
        code.load(results);
        code.type(Opcodes.CHECKCAST, "java/lang/Iterable");
        code.onInterface(Iterable.class, "iterator", "()Ljava/util/Iterator;");
        int iterator = code.stored(Type.getType(Iterator.class));
        ifCloseable(code, results, iterator, () -> {
            code.load(0);
            code.load(results);
            code.load(iterator);
            code.onClass(RowLoop.class, "opened", "(Ljava/lang/Object;Ljava/lang/Object;)V");
        });
        code.constant(0);
        int taken = code.stored(Type.INT_TYPE);
        Label next = new Label();
        Label end = new Label();
        Label unchecked = new Label();
        code.mark(next);
        code.load(iterator);
        code.onInterface(Iterator.class, "hasNext", "()Z");
        code.jump(Opcodes.IFEQ, end);
        code.method.visitIincInsn(taken, 1);
        code.load(Type.INT_TYPE, taken);
        code.constant(RowLoop.ROWS_BETWEEN_CHECKS - 1);
        code.op(Opcodes.IAND);
        code.jump(Opcodes.IFNE, unchecked);
        code.load(0);
        code.onClass(RowLoop.class, "checkKilled", "()V");
        code.mark(unchecked);
        code.load(iterator);
        code.onInterface(Iterator.class, "next", "()Ljava/lang/Object;");
        write(code, index + 1, RowLocals.of(code.storedObject()), next);
        code.jump(Opcodes.GOTO, next);
        code.mark(end);
        ifCloseable(code, results, iterator, () -> {
            code.load(0);
            code.onClass(RowLoop.class, "closeLast", "()V");
        });
        code.jump(Opcodes.GOTO, done);
    }

    private static void ifCloseable(Code code, int results, int iterator, Runnable then) {
        Label closeable = new Label();
        Label skip = new Label();
        code.load(results);
        code.type(Opcodes.INSTANCEOF, "java/lang/AutoCloseable");
        code.jump(Opcodes.IFNE, closeable);
        code.load(iterator);
        code.type(Opcodes.INSTANCEOF, "java/lang/AutoCloseable");
        code.jump(Opcodes.IFEQ, skip);
        code.mark(closeable);
        then.run();
        code.mark(skip);
    }
}
