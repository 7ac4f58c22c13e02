package dev.quiver.exec.specialize;

import dev.quiver.function.ReduceFunction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A loop with a copy of its code for each class of user function. The just-in-time compiler keeps a profile per copy,
 * in which the call has one target, so it inlines the function, whatever else ran in this process, and drops the boxes
 * around its values. A lambda has one class however often its job runs. The copies hang on that class: they go when the
 * application's loader goes.
 */
public final class OwnCopy {
    private record Key(Class<?> template, Object constant) {}

    private static final ClassValue<Map<Key, MethodHandle>> COPIES = new ClassValue<>() {
        @Override
        protected Map<Key, MethodHandle> computeValue(Class<?> function) {
            return new ConcurrentHashMap<>();
        }
    };

    private OwnCopy() {}

    /**
     * An instance of a template's copy for the class of a function.
     *
     * @param lookup   of the template's package, with full power
     * @param template has a constructor that takes a merge function; no code outside names it, and it does not name
     *                 itself in a signature
     * @param constant given to the copy, see {@link #constant}
     */
    public static <T> T of(
            MethodHandles.Lookup lookup,
            Class<T> type,
            Class<?> template,
            Object constant,
            ReduceFunction<Object> function) {
        MethodHandle constructor = COPIES.get(function.getClass())
                .computeIfAbsent(new Key(template, constant), key -> define(key, lookup));
        try {
            return type.cast((Object) constructor.invokeExact(function));
        } catch (Throwable impossible) {
            throw new IllegalStateException("a copy of " + template + " cannot be made", impossible);
        }
    }

    /** What the copy that asks was given. */
    public static <T> T constant(MethodHandles.Lookup copy, Class<T> type) {
        try {
            return MethodHandles.classData(copy, "_", type);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MethodHandle define(Key key, MethodHandles.Lookup lookup) {
        String file = key.template.getSimpleName() + ".class";
        try (InputStream code = key.template.getResourceAsStream(file)) {
            if (code == null) {
                throw new IllegalStateException(file + " is missing beside " + key.template);
            }
            MethodHandles.Lookup copy = lookup.defineHiddenClassWithClassData(code.readAllBytes(), key.constant, true);
            return copy.findConstructor(copy.lookupClass(), MethodType.methodType(void.class, ReduceFunction.class))
                    .asType(MethodType.methodType(Object.class, ReduceFunction.class));
        } catch (IOException failure) {
            throw new UncheckedIOException(file + " cannot be read", failure);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("no copy of " + file, impossible);
        }
    }
}
