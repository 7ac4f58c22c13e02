package dev.quiver.exec.specialize;

import dev.quiver.function.MapFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the class of a {@link LambdaCopy}: captured values in fields, the body of the lambda as a static method, and the
 * call of it.
 */
final class LambdaCopyWriter {
    private static final String OBJECT = "java/lang/Object";
    private static final String BODY = "body";
    private static final String CONSTRUCTOR = "([Ljava/lang/Object;)V";

    private final SerializedLambda lambda;
    private final String name;
    private final Type[] parameters;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);

    private LambdaCopyWriter(SerializedLambda lambda) {
        this.lambda = lambda;
        this.name = lambda.getImplClass() + LambdaCopy.NAME;
        this.parameters = Type.getArgumentTypes(lambda.getImplMethodSignature());
    }

    /** The class, or null when the body cannot be copied, or makes no pair. */
    static byte[] write(Class<?> host, SerializedLambda lambda) {
        return new LambdaCopyWriter(lambda).write(host);
    }

    private byte[] write(Class<?> host) {
        int captured = lambda.getCapturedArgCount();
        if (lambda.getImplMethodKind() != Opcodes.H_INVOKESTATIC
                || parameters.length != captured + 1
                || parameters[captured].getSort() < Type.ARRAY
                || Type.getReturnType(lambda.getImplMethodSignature()).getSort() < Type.ARRAY) {
            return null;
        }
        LambdaBody body = new LambdaBody(lambda);
        try (InputStream in = host.getClassLoader().getResourceAsStream(lambda.getImplClass() + ".class")) {
            if (in == null) {
                return null;
            }
            ClassReader reader = new ClassReader(in);
            reader.accept(body, ClassReader.EXPAND_FRAMES);
            if (!body.isWorthACopy()) {
                return null;
            }
            writer.visit(
                    body.version(),
                    Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                    name,
                    null,
                    OBJECT,
                    new String[] {Type.getInternalName(MapFunction.class)});
            writer.visitSource(body.source(), null);
            constructor(captured);
            call(captured);
            MethodVisitor method = writer.visitMethod(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, BODY, lambda.getImplMethodSignature(), null, null);
            reader.accept(body.copyingTo(method), ClassReader.EXPAND_FRAMES);
        } catch (IOException failure) {
            throw new UncheckedIOException(lambda.getImplClass() + " cannot be read", failure);
        }
        writer.visitEnd();
        return writer.toByteArray();
    }

    private void constructor(int captured) {
        MethodVisitor method = writer.visitMethod(0, "<init>", CONSTRUCTOR, null, null);
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, OBJECT, "<init>", "()V", false);
        for (int index = 0; index < captured; index++) {
            Type type = parameters[index];
            writer.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "c" + index, type.getDescriptor(), null, null);
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitIntInsn(Opcodes.SIPUSH, index);
            method.visitInsn(Opcodes.AALOAD);
            unbox(method, type);
            method.visitFieldInsn(Opcodes.PUTFIELD, name, "c" + index, type.getDescriptor());
        }
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    private static void unbox(MethodVisitor method, Type type) {
        if (type.getSort() >= Type.ARRAY) {
            method.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
            return;
        }
        String box = Boxes.of(type);
        method.visitTypeInsn(Opcodes.CHECKCAST, box);
        method.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL, box, type.getClassName() + "Value", "()" + type.getDescriptor(), false);
    }

    private void call(int captured) {
        MethodVisitor method = writer.visitMethod(
                Opcodes.ACC_PUBLIC, "call", "(Ljava/lang/Object;)Ljava/lang/Object;", null, new String[] {
                    "java/lang/Exception"
                });
        method.visitCode();
        for (int index = 0; index < captured; index++) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitFieldInsn(Opcodes.GETFIELD, name, "c" + index, parameters[index].getDescriptor());
        }
        method.visitVarInsn(Opcodes.ALOAD, 1);
        method.visitTypeInsn(Opcodes.CHECKCAST, parameters[captured].getInternalName());
        method.visitMethodInsn(Opcodes.INVOKESTATIC, name, BODY, lambda.getImplMethodSignature(), false);
        method.visitInsn(Opcodes.ARETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    /** The classes of boxes. */
    static final class Boxes {
        private Boxes() {}

        static String of(Type primitive) {
            return switch (primitive.getSort()) {
                case Type.BOOLEAN -> "java/lang/Boolean";
                case Type.BYTE -> "java/lang/Byte";
                case Type.SHORT -> "java/lang/Short";
                case Type.CHAR -> "java/lang/Character";
                case Type.INT -> "java/lang/Integer";
                case Type.LONG -> "java/lang/Long";
                case Type.FLOAT -> "java/lang/Float";
                case Type.DOUBLE -> "java/lang/Double";
                default -> throw new IllegalArgumentException(primitive + " has no box");
            };
        }
    }
}
