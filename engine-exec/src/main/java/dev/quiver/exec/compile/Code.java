package dev.quiver.exec.compile;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** The body of one generated method, with its local variables handed out in turn. */
final class Code {
    static final String OBJECT = "java/lang/Object";
    static final String LOOP = Type.getInternalName(RowLoop.class);
    static final String NAME = LOOP.substring(0, LOOP.lastIndexOf('/') + 1) + "StageLoop";

    final MethodVisitor method;
    private int nextLocal;

    Code(MethodVisitor method, int parameterSlots) {
        this.method = method;
        this.nextLocal = parameterSlots + 1;
        method.visitCode();
    }

    int local(Type type) {
        int local = nextLocal;
        nextLocal += type.getSize();
        return local;
    }

    int objectLocal() {
        return local(Type.getType(Object.class));
    }

    /** A new local with the value on the stack. */
    int stored(Type type) {
        int local = local(type);
        method.visitVarInsn(type.getOpcode(Opcodes.ISTORE), local);
        return local;
    }

    int storedObject() {
        return stored(Type.getType(Object.class));
    }

    void load(Type type, int local) {
        method.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
    }

    void load(int objectLocal) {
        method.visitVarInsn(Opcodes.ALOAD, objectLocal);
    }

    void store(Type type, int local) {
        method.visitVarInsn(type.getOpcode(Opcodes.ISTORE), local);
    }

    void constant(int value) {
        if (value >= -1 && value <= 5) {
            method.visitInsn(Opcodes.ICONST_0 + value);
        } else if (value >= Short.MIN_VALUE && value <= Short.MAX_VALUE) {
            method.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            method.visitLdcInsn(value);
        }
    }

    void jump(int opcode, Label label) {
        method.visitJumpInsn(opcode, label);
    }

    void mark(Label label) {
        method.visitLabel(label);
    }

    void op(int opcode) {
        method.visitInsn(opcode);
    }

    void type(int opcode, String internalName) {
        method.visitTypeInsn(opcode, internalName);
    }

    void field(int opcode, Class<?> owner, String name, Class<?> type) {
        method.visitFieldInsn(opcode, Type.getInternalName(owner), name, Type.getDescriptor(type));
    }

    void onInterface(Class<?> owner, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, Type.getInternalName(owner), name, descriptor, true);
    }

    void onClass(Class<?> owner, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, Type.getInternalName(owner), name, descriptor, false);
    }

    void onStatic(Class<?> owner, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(owner), name, descriptor, false);
    }

    void end() {
        method.visitMaxs(0, 0);
        method.visitEnd();
    }
}
