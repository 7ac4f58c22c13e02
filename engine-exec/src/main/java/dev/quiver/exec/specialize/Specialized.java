package dev.quiver.exec.specialize;

import dev.quiver.QuiverException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.List;

/**
 * Copies of template classes, each with user functions of its own as constants. A template is an ordinary class with a
 * constructor without parameters that reads its functions into {@code static final} fields:
 *
 * <pre>{@code
 * private static final ReduceFunction<?> MERGE = Specialized.constant(MethodHandles.lookup());
 * }</pre>
 *
 * The JIT knows such a field's object, so it inlines the call, and each copy has profiles of its own.
 */
public final class Specialized {
    private record Key(Class<?> template, Object function) {}

    private static final int COPIES_PER_CLASS = 64;
    private static final ClassScopedCache<Key, Constructor<?>> COPIES = new ClassScopedCache<>(COPIES_PER_CLASS);

    private Specialized() {}

    /**
     * A new instance of the copy of a template that belongs to a function. Copies are kept for functions without state;
     * each object with state gets a copy of its own for as long as the instance lives.
     *
     * @param lookup   of the template's package, with full power
     * @param function what the template's constant becomes
     */
    public static <T> T instance(Class<T> type, Class<?> template, MethodHandles.Lookup lookup, Object function) {
        try {
            Constructor<?> constructor = FunctionIdentity.isConstant(function)
                    ? COPIES.get(
                            ClassScopedCache.anchor(List.of(function.getClass()), template),
                            new Key(template, function),
                            () -> copy(template, lookup, function))
                    : copy(template, lookup, function);
            return type.cast(constructor.newInstance());
        } catch (Exception failure) {
            throw new QuiverException(
                    "cannot make a copy of " + template.getName() + " for " + function
                            + "; this is an error in the engine, please report it",
                    failure);
        }
    }

    /** The function of the copy whose class initializer calls this; null in the template itself. */
    @SuppressWarnings("unchecked")
    public static <F> F constant(MethodHandles.Lookup lookup) {
        try {
            return (F) MethodHandles.classData(lookup, "_", Object.class);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Constructor<?> copy(Class<?> template, MethodHandles.Lookup lookup, Object function)
            throws IOException, ReflectiveOperationException {
        String file = template.getName().substring(template.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream in = template.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException(file + " is missing beside " + template.getName());
            }
            Class<?> copy = lookup.defineHiddenClassWithClassData(in.readAllBytes(), function, true)
                    .lookupClass();
            Constructor<?> constructor = copy.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor;
        }
    }
}
