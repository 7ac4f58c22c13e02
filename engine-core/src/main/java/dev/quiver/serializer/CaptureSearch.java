package dev.quiver.serializer;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Walks what a function captures, nearest first, to the first object that Java cannot serialize. Looks only where Java
 * lets it; what it cannot see it takes for good.
 */
final class CaptureSearch {
    private static final int MOST_OBJECTS = 100_000;

    private final ArrayDeque<Captured> pending = new ArrayDeque<>();
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private CaptureSearch() {}

    /**
     * An object that travels with a function.
     *
     * @param holder what refers to it; null for the function itself
     * @param field  the field of the holder that refers to it; null when the holder is a lambda, array or collection
     */
    record Captured(Object object, Captured holder, Field field) {}

    /** The first object found that is not serializable. */
    static Optional<Captured> firstThatCannotTravel(Object function) {
        CaptureSearch search = new CaptureSearch();
        search.add(function, null, null);
        while (!search.pending.isEmpty() && search.seen.size() < MOST_OBJECTS) {
            Captured next = search.pending.remove();
            if (!canTravel(next.object())) {
                return Optional.of(next);
            }
            search.open(next);
        }
        return Optional.empty();
    }

    /** A proxy travels only with the handler behind it, which no field shows. */
    private static boolean canTravel(Object object) {
        return object instanceof Serializable
                && (!Proxy.isProxyClass(object.getClass())
                        || Proxy.getInvocationHandler(object) instanceof Serializable);
    }

    private void open(Captured holder) {
        Object object = holder.object();
        Optional<SerializedLambda> lambda = Lambdas.serializedForm(object);
        if (lambda.isPresent()) {
            for (int index = 0; index < lambda.get().getCapturedArgCount(); index++) {
                add(lambda.get().getCapturedArg(index), holder, null);
            }
        } else if (object instanceof Object[] array) {
            Arrays.stream(array).forEach(element -> add(element, holder, null));
        } else if (isJavas(object.getClass()) && object instanceof Collection<?> collection) {
            collection.forEach(element -> add(element, holder, null));
        } else if (isJavas(object.getClass()) && object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                add(key, holder, null);
                add(value, holder, null);
            });
        } else if (!isJavas(object.getClass())) {
            fields(holder);
        }
    }

    private void fields(Captured holder) {
        Class<?> type = holder.object().getClass();
        while (type != null && Serializable.class.isAssignableFrom(type)) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers())
                        && !field.getType().isPrimitive()) {
                    try {
                        field.setAccessible(true);
                        add(field.get(holder.object()), holder, field);
                    } catch (IllegalAccessException | RuntimeException hidden) {
                        continue;
                    }
                }
            }
            type = type.getSuperclass();
        }
    }

    private void add(Object object, Captured holder, Field field) {
        if (object != null && !isPlain(object) && seen.add(object)) {
            pending.add(new Captured(object, holder, field));
        }
    }

    private static boolean isPlain(Object object) {
        return object instanceof String
                || object instanceof Number && isJavas(object.getClass())
                || object instanceof Boolean
                || object instanceof Character
                || object instanceof Enum<?>
                || object instanceof Class<?>
                || object.getClass().isArray() && object.getClass().getComponentType().isPrimitive();
    }

    private static boolean isJavas(Class<?> type) {
        return type.getName().startsWith("java.");
    }
}
