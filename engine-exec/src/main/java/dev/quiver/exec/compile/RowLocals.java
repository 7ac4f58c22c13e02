package dev.quiver.exec.compile;

import dev.quiver.Pair;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The locals of a row: the object, or its key and value when it is a pair that nobody asked for yet, or both. A pair is
 * made only for who wants one, because the JIT does not see through boxes that went through a pair.
 *
 * @param object local of the row, or -1
 * @param key    local of the key, or -1
 * @param value  local of the value, or -1
 * @param origin local of the object that a function was given to make the row, or -1
 */
record RowLocals(int object, int key, int value, int origin) {
    private static final String PAIR = Type.getInternalName(Pair.class);

    static RowLocals of(int object) {
        return new RowLocals(object, -1, -1, -1);
    }

    static RowLocals ofPair(int key, int value) {
        return new RowLocals(-1, key, value, -1);
    }

    /** What a function made of an object. */
    static RowLocals made(int object, int origin) {
        return new RowLocals(object, -1, -1, origin);
    }

    boolean isSplit() {
        return key >= 0;
    }

    /** The same with the object. */
    RowLocals whole(Code code) {
        if (object >= 0) {
            return this;
        }
        code.type(Opcodes.NEW, PAIR);
        code.op(Opcodes.DUP);
        code.load(key);
        code.load(value);
        code.method.visitMethodInsn(
                Opcodes.INVOKESPECIAL, PAIR, "<init>", "(Ljava/lang/Object;Ljava/lang/Object;)V", false);
        return new RowLocals(code.storedObject(), key, value, origin);
    }

    /** The same with key and value; fails at run time when the row is no pair. */
    RowLocals split(Code code) {
        if (isSplit()) {
            return this;
        }
        return new RowLocals(object, part(code, "key"), part(code, "value"), origin);
    }

    private int part(Code code, String name) {
        code.load(object);
        code.type(Opcodes.CHECKCAST, PAIR);
        code.onClass(Pair.class, name, "()Ljava/lang/Object;");
        return code.storedObject();
    }
}
