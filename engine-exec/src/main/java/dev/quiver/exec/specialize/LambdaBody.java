package dev.quiver.exec.specialize;

import dev.quiver.Pair;
import java.lang.invoke.SerializedLambda;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Reads the method behind a lambda: first to see whether a copy of it is possible and pays, then to copy it. A body that
 * catches, locks, compares references, or links call sites at run time is not copied; nor one too long to be inlined.
 */
final class LambdaBody extends ClassVisitor {
    /** About what the JIT inlines of a method that is called often. */
    private static final int MOST_INSTRUCTIONS = 150;

    private static final String PAIR = Type.getInternalName(Pair.class);

    private final SerializedLambda lambda;
    private int version;
    private String source;
    private boolean found;
    private boolean refused;
    private boolean boxes;
    private boolean pairs;
    private int instructions;

    LambdaBody(SerializedLambda lambda) {
        super(Opcodes.ASM9);
        this.lambda = lambda;
    }

    int version() {
        return version;
    }

    String source() {
        return source;
    }

    /** Whether it was found, can be copied, and puts boxes into pairs. */
    boolean isWorthACopy() {
        return found && !refused && boxes && pairs && instructions <= MOST_INSTRUCTIONS;
    }

    /** A visitor that writes the body into a method. */
    ClassVisitor copyingTo(MethodVisitor method) {
        return new ClassVisitor(Opcodes.ASM9) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] exceptions) {
                return isBody(name, descriptor) ? new CopiedBody(method, lambda.getImplClass(), name, source) : null;
            }
        };
    }

    private boolean isBody(String name, String descriptor) {
        return name.equals(lambda.getImplMethodName()) && descriptor.equals(lambda.getImplMethodSignature());
    }

    @Override
    public void visit(
            int classVersion, int access, String name, String signature, String superName, String[] interfaces) {
        version = classVersion;
    }

    @Override
    public void visitSource(String file, String debug) {
        source = file;
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, String signature, String[] exceptions) {
        if (!isBody(name, descriptor)) {
            return null;
        }
        found = true;
        refused |= (access & Opcodes.ACC_SYNCHRONIZED) != 0;
        return new Inspection();
    }

    /** Counts what the body does. */
    private final class Inspection extends MethodVisitor {
        Inspection() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
            refused = true;
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            instructions++;
            // See IdentityUse.
            refused |= opcode == Opcodes.IF_ACMPEQ || opcode == Opcodes.IF_ACMPNE;
        }

        @Override
        public void visitInsn(int opcode) {
            instructions++;
            refused |= opcode == Opcodes.MONITORENTER;
        }

        @Override
        public void visitVarInsn(int opcode, int local) {
            instructions++;
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            instructions++;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            pairs |= opcode == Opcodes.NEW && type.equals(PAIR);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            instructions++;
            pairs |= owner.equals(PAIR) && name.equals("of");
            boxes |= CopiedBody.isBoxing(opcode, owner, name, descriptor);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            refused = true;
        }

        @Override
        public void visitLdcInsn(Object value) {
            refused |= value instanceof ConstantDynamic;
        }
    }
}
