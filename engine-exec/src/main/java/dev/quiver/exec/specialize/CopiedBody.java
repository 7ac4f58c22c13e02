package dev.quiver.exec.specialize;

import java.util.LinkedHashMap;
import java.util.Map;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Copies a method's code, with two changes. Boxes come from {@link FreshBoxes}. And since the JVM leaves hidden classes out
 * of stack traces, each line catches what is thrown there, and {@link CopiedFrame} puts the user's line back.
 */
final class CopiedBody extends MethodVisitor {
    private final String className;
    private final String methodName;
    private final String source;
    private final Map<Label, Integer> lines = new LinkedHashMap<>();

    CopiedBody(MethodVisitor target, String className, String methodName, String source) {
        super(Opcodes.ASM9, target);
        this.className = className.replace('/', '.');
        this.methodName = methodName;
        this.source = source;
    }

    /** Whether an instruction makes a box in javac's way. Booleans have two boxes, which always exist. */
    static boolean isBoxing(int opcode, String owner, String name, String descriptor) {
        if (opcode != Opcodes.INVOKESTATIC || !name.equals("valueOf") || !owner.startsWith("java/lang/")) {
            return false;
        }
        Type[] parameters = Type.getArgumentTypes(descriptor);
        int sort = parameters.length == 1 ? parameters[0].getSort() : Type.OBJECT;
        return sort > Type.BOOLEAN
                && sort < Type.ARRAY
                && LambdaCopyWriter.Boxes.of(parameters[0]).equals(owner);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (isBoxing(opcode, owner, name, descriptor)) {
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, Type.getInternalName(FreshBoxes.class), "of", descriptor, false);
        } else {
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }
    }

    @Override
    public void visitLineNumber(int line, Label start) {
        super.visitLineNumber(line, start);
        lines.put(start, line);
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
        Label end = new Label();
        super.visitLabel(end);
        Label[] starts = lines.keySet().toArray(new Label[0]);
        for (int index = 0; index < starts.length; index++) {
            Label handler = new Label();
            super.visitTryCatchBlock(
                    starts[index], index + 1 < starts.length ? starts[index + 1] : end, handler, "java/lang/Throwable");
            super.visitLabel(handler);
            super.visitFrame(Opcodes.F_NEW, 0, new Object[0], 1, new Object[] {"java/lang/Throwable"});
            super.visitLdcInsn(className);
            super.visitLdcInsn(methodName);
            super.visitLdcInsn(source == null ? "" : source);
            super.visitLdcInsn(lines.get(starts[index]));
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    Type.getInternalName(CopiedFrame.class),
                    "in",
                    "(Ljava/lang/Throwable;Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;I)"
                            + "Ljava/lang/Throwable;",
                    false);
            super.visitInsn(Opcodes.ATHROW);
        }
        super.visitMaxs(maxStack, maxLocals);
    }
}
