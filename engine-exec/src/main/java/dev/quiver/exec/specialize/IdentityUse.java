package dev.quiver.exec.specialize;

import dev.quiver.serializer.Lambdas;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Whether a user function compares references. {@code left == right} of two boxed numbers asks whether they are one object;
 * with boxes of {@code Long.valueOf} that is true of small equal numbers, with {@link FreshBoxes} of none. Such a function
 * gets the former, so that it says the same whether its stage was compiled or not. Only the function's own code is looked
 * at, not what it calls.
 */
public final class IdentityUse {
    private static final ClassValue<Boolean> BY_CLASS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return compares(type.getClassLoader(), type.getName().replace('.', '/'), null, null);
        }
    };

    /** What was found for a lambda, by its class. */
    private static final ClassValue<Boolean[]> BY_LAMBDA = new ClassValue<>() {
        @Override
        protected Boolean[] computeValue(Class<?> type) {
            return new Boolean[1];
        }
    };

    private IdentityUse() {}

    /** Whether a function compares references, or its code cannot be seen. */
    public static boolean of(Object function) {
        Class<?> type = function.getClass();
        if (type.isSynthetic() || type.isHidden()) {
            Boolean[] held = BY_LAMBDA.get(type);
            if (held[0] == null) {
                held[0] = ofLambda(function);
            }
            return held[0];
        }
        if (isOfEngine(type)) {
            return type.isRecord() && ofAdapter(function);
        }
        return BY_CLASS.get(type);
    }

    private static boolean isOfEngine(Class<?> type) {
        return type.getClassLoader() == IdentityUse.class.getClassLoader()
                && type.getName().startsWith("dev.quiver.");
    }

    private static boolean ofLambda(Object function) {
        Optional<SerializedLambda> form = Lambdas.serializedForm(function);
        // A copy was made of a body that compares nothing.
        return form.isEmpty()
                ? !LambdaCopy.isCopy(function)
                : compares(
                        function.getClass().getClassLoader(),
                        form.get().getImplClass(),
                        form.get().getImplMethodName(),
                        form.get().getImplMethodSignature());
    }

    /** An adapter of the engine around functions of the user. */
    private static boolean ofAdapter(Object adapter) {
        try {
            for (RecordComponent component : adapter.getClass().getRecordComponents()) {
                component.getAccessor().setAccessible(true);
                Object part = component.getAccessor().invoke(adapter);
                if (part instanceof java.io.Serializable
                        && !component.getType().isPrimitive()
                        && component.getType().isInterface()
                        && of(part)) {
                    return true;
                }
            }
            return false;
        } catch (ReflectiveOperationException | RuntimeException closed) {
            return true;
        }
    }

    private static boolean compares(ClassLoader loader, String className, String method, String descriptor) {
        if (className.startsWith("java/")) {
            return false;
        }
        String file = className + ".class";
        try (InputStream code = loader == null ? null : loader.getResourceAsStream(file)) {
            if (code == null) {
                return true;
            }
            Search search = new Search(method, descriptor);
            new ClassReader(code).accept(search, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return search.found;
        } catch (IOException | RuntimeException unreadable) {
            return true;
        }
    }

    /** Looks for the two instructions, in one method or in all of a class. */
    private static final class Search extends ClassVisitor {
        private final String method;
        private final String descriptor;
        private boolean found;

        Search(String method, String descriptor) {
            super(Opcodes.ASM9);
            this.method = method;
            this.descriptor = descriptor;
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            if (method != null && !(name.equals(method) && type.equals(descriptor))) {
                return null;
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitJumpInsn(int opcode, Label label) {
                    found |= opcode == Opcodes.IF_ACMPEQ || opcode == Opcodes.IF_ACMPNE;
                }
            };
        }
    }
}
