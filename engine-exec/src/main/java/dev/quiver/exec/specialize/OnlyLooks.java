package dev.quiver.exec.specialize;

import dev.quiver.serializer.Lambdas;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.SerializedLambda;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Whether a user function only looks at a value that it is given: it keeps no part of it, in a field, an array, another
 * object or a thread, hands none to code that might, and returns none. Whoever calls such a function may use the objects
 * the value is made of again once it has returned.
 *
 * <p>Proved from the bytecode of the lambda and of the methods it calls with the value, as far as it can be seen which these
 * are; {@link BodyLook} follows the value through one of them. Whatever is not proved is denied.
 */
public final class OnlyLooks {
    private static final int DEEPEST = 8;

    /** What was found for each parameter of a lambda, by its class. */
    private static final ClassValue<Map<Integer, Boolean>> FOUND = new ClassValue<>() {
        @Override
        protected Map<Integer, Boolean> computeValue(Class<?> type) {
            return new HashMap<>();
        }
    };

    /** What becomes of the parts of the value that a method is given. */
    enum Verdict {
        /** It keeps and returns nothing of them. */
        LOOKS,
        /** It may return one, and keeps none. */
        RETURNS,
        /** It may keep one. */
        KEEPS
    }

    private final ClassLoader loader;
    private final Map<String, byte[]> classes = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    private OnlyLooks(ClassLoader loader) {
        this.loader = loader;
    }

    /**
     * Whether it is proved of a function.
     *
     * @param function  a lambda or method reference; of others it is not proved
     * @param parameter which of its parameters the value is, from 0
     */
    public static boolean at(Object function, int parameter) {
        Map<Integer, Boolean> found = FOUND.get(function.getClass());
        synchronized (found) {
            return found.computeIfAbsent(parameter, at -> find(function, at));
        }
    }

    private static boolean find(Object function, int parameter) {
        Optional<SerializedLambda> form = Lambdas.serializedForm(function);
        if (form.isEmpty()) {
            return false;
        }
        SerializedLambda lambda = form.get();
        int kind = lambda.getImplMethodKind();
        boolean isStatic = kind == Opcodes.H_INVOKESTATIC;
        if (!isStatic && kind != Opcodes.H_INVOKEVIRTUAL && kind != Opcodes.H_INVOKESPECIAL) {
            return false;
        }
        Type[] declared = Type.getArgumentTypes(lambda.getImplMethodSignature());
        boolean[] parts = new boolean[declared.length + (isStatic ? 0 : 1)];
        parts[lambda.getCapturedArgCount() + parameter] = true;
        OnlyLooks looks = new OnlyLooks(function.getClass().getClassLoader());
        return looks.into(
                        lambda.getImplClass(),
                        lambda.getImplMethodName(),
                        lambda.getImplMethodSignature(),
                        kind == Opcodes.H_INVOKEVIRTUAL,
                        parts)
                == Verdict.LOOKS;
    }

    /**
     * What a method does.
     *
     * @param isVirtual whether another method may be the one that is called, unless class or method is final
     * @param parts     which of its arguments, the receiver first if there is one, are parts of the value
     */
    Verdict into(String owner, String name, String descriptor, boolean isVirtual, boolean[] parts) {
        Verdict known = KnownCalls.verdict(owner, name);
        if (known != null) {
            return known;
        }
        String method = owner + '.' + name + descriptor;
        if (open.size() >= DEEPEST || !open.add(method)) {
            return Verdict.KEEPS;
        }
        try {
            byte[] code = classes.computeIfAbsent(owner, this::load);
            return code.length == 0 ? Verdict.KEEPS : read(code, name, descriptor, isVirtual, parts);
        } finally {
            open.remove(method);
        }
    }

    /** The code of a class, empty when it cannot be had. */
    private byte[] load(String name) {
        try (InputStream code = loader == null ? null : loader.getResourceAsStream(name + ".class")) {
            return code == null ? new byte[0] : code.readAllBytes();
        } catch (IOException unreadable) {
            return new byte[0];
        }
    }

    /** Once more whenever a local turned out to hold a part, since the code before may read it in a loop. */
    private Verdict read(byte[] code, String name, String descriptor, boolean isVirtual, boolean[] parts) {
        Set<Integer> locals = locals(descriptor, parts);
        try {
            while (true) {
                int before = locals.size();
                Search search = new Search(name, descriptor, isVirtual, locals);
                new ClassReader(code).accept(search, ClassReader.SKIP_DEBUG | ClassReader.EXPAND_FRAMES);
                Verdict verdict = search.look == null ? Verdict.KEEPS : search.look.verdict();
                if (verdict == Verdict.KEEPS || locals.size() == before) {
                    return verdict;
                }
            }
        } catch (RuntimeException notUnderstood) {
            return Verdict.KEEPS;
        }
    }

    /** Which locals the arguments with parts are in. */
    private static Set<Integer> locals(String descriptor, boolean[] parts) {
        Set<Integer> locals = new HashSet<>();
        Type[] declared = Type.getArgumentTypes(descriptor);
        int receiver = parts.length - declared.length;
        int local = 0;
        for (int index = 0; index < parts.length; index++) {
            if (parts[index]) {
                locals.add(local);
            }
            local += index < receiver ? 1 : declared[index - receiver].getSize();
        }
        return locals;
    }

    /** Finds the method in its class, if no other can be meant. */
    private final class Search extends ClassVisitor {
        private final String name;
        private final String descriptor;
        private final boolean isVirtual;
        private final Set<Integer> locals;
        private boolean isFinal;
        private BodyLook look;

        Search(String name, String descriptor, boolean isVirtual, Set<Integer> locals) {
            super(Opcodes.ASM9);
            this.name = name;
            this.descriptor = descriptor;
            this.isVirtual = isVirtual;
            this.locals = locals;
        }

        @Override
        public void visit(int version, int access, String type, String signature, String parent, String[] interfaces) {
            isFinal = (access & Opcodes.ACC_FINAL) != 0;
        }

        @Override
        public MethodVisitor visitMethod(int access, String found, String type, String signature, String[] exceptions) {
            int settled = Opcodes.ACC_FINAL | Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC;
            int without = Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT | Opcodes.ACC_SYNCHRONIZED;
            if (!found.equals(name)
                    || !type.equals(descriptor)
                    || (access & without) != 0
                    || isVirtual && !isFinal && (access & settled) == 0) {
                return null;
            }
            look = new BodyLook(OnlyLooks.this, locals);
            return look;
        }
    }
}
