package dev.quiver.exec.compile;

import dev.quiver.Pair;
import dev.quiver.Text;
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
            mergeText(code, row.origin(), bits, done);
            code.mark(another);
            mergeWhole(code, pair.key(), bits, done);
        } else if (key == ScalarCode.TEXT) {
            mergeText(code, pair.key(), bits, done);
        } else {
            mergeString(code, pair.key(), bits, done);
        }
        code.mark(other);
        int whole = row.whole(code).object();
        code.load(merger);
        code.load(whole);
        code.onClass(PairMerger.class, "other", "(Ljava/lang/Object;)V");
        code.mark(done);
    }

    /** Merges by the text in a local. No call is given it, so that it is made nowhere, whatever the JIT inlines. */
    private void mergeText(Code code, int keyLocal, int bits, Label done) {
        code.load(keyLocal);
        key.unbox(code);
        int text = code.stored(key.type);
        code.load(text);
        code.onClass(Text.class, "length", "()I");
        int length = code.stored(Type.INT_TYPE);
        Label wide = new Label();
        Label isLong = new Label();
        Label refused = new Label();
        ask(code, length, "isShort", wide);
        code.load(merge);
        word(code, text, 0);
        code.load(Type.INT_TYPE, length);
        code.load(Type.LONG_TYPE, bits);
        code.onClass(TextKeyMerger.class, "mergeShort", "(JIJ)Z");
        code.jump(Opcodes.IFNE, done);
        code.jump(Opcodes.GOTO, refused);
        code.mark(wide);
        ask(code, length, "isWide", isLong);
        code.load(merge);
        word(code, text, 0);
        word(code, text, Long.BYTES);
        code.load(Type.INT_TYPE, length);
        code.load(Type.LONG_TYPE, bits);
        code.onClass(TextKeyMerger.class, "mergeWide", "(JJIJ)Z");
        code.jump(Opcodes.IFNE, done);
        code.jump(Opcodes.GOTO, refused);
        code.mark(isLong);
        ask(code, length, "isLong", refused);
        code.load(text);
        code.load(merge);
        code.load(Type.INT_TYPE, length);
        code.onClass(TextKeyMerger.class, "room", "(I)[B");
        code.constant(0);
        code.onClass(Text.class, "copyTo", "([BI)V");
        code.load(merge);
        code.load(Type.INT_TYPE, length);
        code.load(Type.LONG_TYPE, bits);
        code.onClass(TextKeyMerger.class, "mergeLong", "(IJ)Z");
        code.jump(Opcodes.IFNE, done);
        code.mark(refused);
        refused(code, text, bits, done);
    }

    private static void ask(Code code, int length, String question, Label no) {
        code.load(Type.INT_TYPE, length);
        code.onStatic(TextKeyMerger.class, question, "(I)Z");
        code.jump(Opcodes.IFEQ, no);
    }

    private static void word(Code code, int text, int at) {
        code.load(text);
        code.constant(at);
        code.onClass(Text.class, "wordAt", "(I)J");
    }

    /** Merges by a text that is there as an object in any case. */
    private void mergeWhole(Code code, int keyLocal, int bits, Label done) {
        code.load(keyLocal);
        key.unbox(code);
        int text = code.stored(key.type);
        merge(code, "merge", text, bits, done);
        refused(code, text, bits, done);
    }

    /** A call for each length, so that those for short keys are small. */
    private void mergeString(Code code, int keyLocal, int bits, Label done) {
        code.load(keyLocal);
        key.unbox(code);
        int string = code.stored(key.type);
        code.load(string);
        code.onClass(String.class, "length", "()I");
        int length = code.stored(Type.INT_TYPE);
        Label wide = new Label();
        Label isLong = new Label();
        Label refused = new Label();
        ask(code, length, "isShort", wide);
        merge(code, "mergeShort", string, bits, done);
        code.jump(Opcodes.GOTO, refused);
        code.mark(wide);
        ask(code, length, "isWide", isLong);
        merge(code, "mergeWide", string, bits, done);
        code.jump(Opcodes.GOTO, refused);
        code.mark(isLong);
        merge(code, "mergeLong", string, bits, done);
        code.mark(refused);
        refused(code, string, bits, done);
    }

    private void merge(Code code, String method, int keyLocal, int bits, Label done) {
        code.load(merge);
        code.load(keyLocal);
        code.load(Type.LONG_TYPE, bits);
        code.onClass(TextKeyMerger.class, method, "(" + key.type.getDescriptor() + "J)Z");
        code.jump(Opcodes.IFNE, done);
    }

    /** Hands on an equal pair: if the row itself were, the JIT would make each, because it looks at no path alone. */
    private void refused(Code code, int keyLocal, int bits, Label done) {
        code.load(merger);
        code.type(Opcodes.NEW, Type.getInternalName(Pair.class));
        code.op(Opcodes.DUP);
        code.load(keyLocal);
        code.onStatic(TextKeyMerger.class, "apart", "(" + key.type.getDescriptor() + ")" + key.type.getDescriptor());
        code.load(Type.LONG_TYPE, bits);
        fromBits(code);
        value.box(code, true);
        code.method.visitMethodInsn(
                Opcodes.INVOKESPECIAL,
                Type.getInternalName(Pair.class),
                "<init>",
                "(Ljava/lang/Object;Ljava/lang/Object;)V",
                false);
        code.onClass(PairMerger.class, "other", "(Ljava/lang/Object;)V");
        code.jump(Opcodes.GOTO, done);
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

    private void fromBits(Code code) {
        if (value == ScalarCode.INT) {
            code.op(Opcodes.L2I);
        } else if (value == ScalarCode.DOUBLE) {
            code.onStatic(Double.class, "longBitsToDouble", "(J)D");
        }
    }

    @Override
    void leave(Code code) {}
}
