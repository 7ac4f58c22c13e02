package dev.quiver.exec.column;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the {@link RecordAccess} of a record class. Its handles are constants of the hidden class, which the JIT folds. */
final class RecordAccessWriter {
    private static final String OBJECT = "java/lang/Object";
    private static final String BASE = Type.getInternalName(RecordAccess.class);
    private static final String NAME = BASE + "Of";
    private static final String HANDLE = Type.getInternalName(MethodHandle.class);
    private static final Handle CLASS_DATA_AT = new Handle(
            Opcodes.H_INVOKESTATIC,
            Type.getInternalName(MethodHandles.class),
            "classDataAt",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;I)Ljava/lang/Object;",
            false);

    private final RecordHandles handles;
    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
        @Override
        protected String getCommonSuperClass(String left, String right) {
            return OBJECT;
        }
    };

    private RecordAccessWriter(RecordHandles handles) {
        this.handles = handles;
    }

    static RecordAccess define(RecordHandles handles) throws ReflectiveOperationException {
        List<MethodHandle> constants = new ArrayList<>(List.of(handles.accessors()));
        constants.add(handles.constructor());
        MethodHandles.Lookup lookup = MethodHandles.lookup()
                .defineHiddenClassWithClassData(new RecordAccessWriter(handles).write(), constants, true);
        MethodHandle constructor = lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class))
                .asType(MethodType.methodType(RecordAccess.class));
        try {
            return (RecordAccess) constructor.invokeExact();
        } catch (Throwable impossible) {
            throw new IllegalStateException("no access to " + handles.type(), impossible);
        }
    }

    private byte[] write() {
        int flags = Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC;
        writer.visit(Opcodes.V17, flags, NAME, null, BASE, null);
        MethodVisitor method = writer.visitMethod(0, "<init>", "()V", null, null);
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, BASE, "<init>", "()V", false);
        end(method, Opcodes.RETURN);
        takeApart();
        create();
        createMany();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void end(MethodVisitor method, int instruction) {
        method.visitInsn(instruction);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    private void takeApart() {
        String descriptor = "(Ljava/lang/Object;[Ljava/lang/Object;)V";
        MethodVisitor method = writer.visitMethod(0, "takeApart", descriptor, null, null);
        method.visitCode();
        for (int component = 0; component < handles.accessors().length; component++) {
            method.visitVarInsn(Opcodes.ALOAD, 2);
            method.visitLdcInsn(component);
            constant(method, component);
            method.visitVarInsn(Opcodes.ALOAD, 1);
            call(method, handles.accessors()[component]);
            box(method, handles.components()[component]);
            method.visitInsn(Opcodes.AASTORE);
        }
        end(method, Opcodes.RETURN);
    }

    private void create() {
        String descriptor = "([Ljava/lang/Object;)Ljava/lang/Object;";
        MethodVisitor method = writer.visitMethod(0, "create", descriptor, null, null);
        method.visitCode();
        constant(method, handles.accessors().length);
        for (int component = 0; component < handles.components().length; component++) {
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitLdcInsn(component);
            method.visitInsn(Opcodes.AALOAD);
            unbox(method, handles.components()[component]);
        }
        call(method, handles.constructor());
        end(method, Opcodes.ARETURN);
    }

    private void createMany() {
        String descriptor = "([[Ljava/lang/Object;I[Ljava/lang/Object;)V";
        MethodVisitor method = writer.visitMethod(0, "create", descriptor, null, null);
        method.visitCode();
        int row = 4;
        method.visitInsn(Opcodes.ICONST_0);
        method.visitVarInsn(Opcodes.ISTORE, row);
        Label test = new Label();
        Label done = new Label();
        method.visitLabel(test);
        method.visitVarInsn(Opcodes.ILOAD, row);
        method.visitVarInsn(Opcodes.ILOAD, 2);
        method.visitJumpInsn(Opcodes.IF_ICMPGE, done);
        method.visitVarInsn(Opcodes.ALOAD, 3);
        method.visitVarInsn(Opcodes.ILOAD, row);
        constant(method, handles.accessors().length);
        for (int component = 0; component < handles.components().length; component++) {
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitLdcInsn(component);
            method.visitInsn(Opcodes.AALOAD);
            method.visitVarInsn(Opcodes.ILOAD, row);
            method.visitInsn(Opcodes.AALOAD);
            unbox(method, handles.components()[component]);
        }
        call(method, handles.constructor());
        method.visitInsn(Opcodes.AASTORE);
        method.visitIincInsn(row, 1);
        method.visitJumpInsn(Opcodes.GOTO, test);
        method.visitLabel(done);
        end(method, Opcodes.RETURN);
    }

    private static void constant(MethodVisitor method, int index) {
        method.visitLdcInsn(new ConstantDynamic("_", "L" + HANDLE + ";", CLASS_DATA_AT, index));
    }

    private static void call(MethodVisitor method, MethodHandle handle) {
        String descriptor = handle.type().toMethodDescriptorString();
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, HANDLE, "invokeExact", descriptor, false);
    }

    private static void box(MethodVisitor method, Class<?> type) {
        if (type.isPrimitive()) {
            MethodType boxed = MethodType.methodType(type).wrap();
            String descriptor = MethodType.methodType(boxed.returnType(), type).toMethodDescriptorString();
            String owner = Type.getInternalName(boxed.returnType());
            method.visitMethodInsn(Opcodes.INVOKESTATIC, owner, "valueOf", descriptor, false);
        }
    }

    private static void unbox(MethodVisitor method, Class<?> type) {
        if (type.isPrimitive()) {
            String owner =
                    Type.getInternalName(MethodType.methodType(type).wrap().returnType());
            method.visitTypeInsn(Opcodes.CHECKCAST, owner);
            String descriptor = "()" + Type.getDescriptor(type);
            method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, type.getName() + "Value", descriptor, false);
        }
    }
}
