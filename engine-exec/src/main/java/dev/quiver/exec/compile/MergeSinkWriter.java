package dev.quiver.exec.compile;

import dev.quiver.Pair;
import dev.quiver.shape.Shape;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the merging of pairs by a key that is a text. A row that is no such pair goes to the merger as it is. */
final class MergeSinkWriter extends SinkWriter {
    private final ScalarCode key;
    private final ScalarCode value;
    private int merger;
    private int merge;

    MergeSinkWriter(Shape.PairOf shape) {
        this.key = ScalarCode.of(shape.key());
        this.value = ScalarCode.of(shape.value());
    }

    @Override
    void enter(Code code) {
        state(code, PairMerger.class);
        merger = code.stored(Type.getType(PairMerger.class));
        code.load(merger);
        code.field(Opcodes.GETFIELD, PairMerger.class, "merge", TextKeyMerger.class);
        merge = code.stored(Type.getType(TextKeyMerger.class));
    }

    @Override
    void row(Code code, int row) {
        row(code, RowLocals.of(row));
    }

    @Override
    void row(Code code, RowLocals row) {
        Label other = new Label();
        Label done = new Label();
        if (!row.isSplit()) {
            code.load(row.object());
            code.type(Opcodes.INSTANCEOF, Type.getInternalName(Pair.class));
            code.jump(Opcodes.IFEQ, other);
        }
        RowLocals pair = row.split(code);
        require(code, pair.key(), key, other);
        require(code, pair.value(), value, other);
        code.load(pair.value());
        value.unbox(code);
        bits(code);
        int bits = code.stored(Type.LONG_TYPE);
        if (key == ScalarCode.TEXT && row.origin() >= 0) {
            // Mostly the key is what the pair was made from. Then that is used: the JIT can do without a text that only
            // goes into a pair, but not without one that comes out of it.
            Label another = new Label();
            code.load(pair.key());
            code.load(row.origin());
            code.jump(Opcodes.IF_ACMPNE, another);
            merge(code, row.origin(), bits, done, other);
            code.mark(another);
            code.load(merge);
            code.load(pair.key());
            key.unbox(code);
            code.load(Type.LONG_TYPE, bits);
            code.onClass(TextKeyMerger.class, "merge", "(" + key.type.getDescriptor() + "J)Z");
            code.jump(Opcodes.IFNE, done);
        } else {
            merge(code, pair.key(), bits, done, other);
        }
        code.mark(other);
        int whole = row.whole(code).object();
        code.load(merger);
        code.load(whole);
        code.onClass(PairMerger.class, "other", "(Ljava/lang/Object;)V");
        code.mark(done);
    }

    /** Merges by the key in a local; a call for each length, so that those for short keys are small. */
    private void merge(Code code, int keyLocal, int bits, Label done, Label other) {
        code.load(keyLocal);
        key.unbox(code);
        int text = code.stored(key.type);
        Label wide = new Label();
        Label isLong = new Label();
        ask(code, text, "isShort");
        code.jump(Opcodes.IFEQ, wide);
        merge(code, "mergeShort", text, bits, done);
        code.jump(Opcodes.GOTO, other);
        code.mark(wide);
        ask(code, text, "isWide");
        code.jump(Opcodes.IFEQ, isLong);
        merge(code, "mergeWide", text, bits, done);
        code.jump(Opcodes.GOTO, other);
        code.mark(isLong);
        code.load(text);
        code.onStatic(TextKeyMerger.class, "apart", "(" + key.type.getDescriptor() + ")" + key.type.getDescriptor());
        int apart = code.stored(key.type);
        merge(code, "mergeLong", apart, bits, done);
        code.jump(Opcodes.GOTO, other);
    }

    private void ask(Code code, int text, String question) {
        code.load(text);
        code.onStatic(TextKeyMerger.class, question, "(" + key.type.getDescriptor() + ")Z");
    }

    private void merge(Code code, String method, int text, int bits, Label done) {
        code.load(merge);
        code.load(text);
        code.load(Type.LONG_TYPE, bits);
        code.onClass(TextKeyMerger.class, method, "(" + key.type.getDescriptor() + "J)Z");
        code.jump(Opcodes.IFNE, done);
    }

    private static void require(Code code, int local, ScalarCode scalar, Label other) {
        code.load(local);
        code.type(Opcodes.INSTANCEOF, Type.getInternalName(scalar.box));
        code.jump(Opcodes.IFEQ, other);
    }

    /** Makes a long of the value on the stack, as tables hold it. */
    private void bits(Code code) {
        if (value == ScalarCode.INT) {
            code.op(Opcodes.I2L);
        } else if (value == ScalarCode.DOUBLE) {
            code.onStatic(Double.class, "doubleToRawLongBits", "(D)J");
        }
    }

    @Override
    void leave(Code code) {}
}
