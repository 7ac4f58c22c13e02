package dev.quiver.serializer;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tells objects that nobody can change, so that tasks of the same process may share them instead of each having a copy:
 * numbers, strings and enums, and lambdas and records that hold nothing else. Answers no where it cannot look.
 */
public final class Immutability {
    /** What such functions hold is a handful of values; anything deeper is cheaper to copy than to search. */
    private static final int DEEPEST = 8;

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            return Kind.of(type);
        }
    };

    private Immutability() {}

    /** Whether no use of this object can change it, or anything it holds. */
    public static boolean of(Object object) {
        return of(object, 0);
    }

    private static boolean of(Object object, int depth) {
        if (object == null) {
            return true;
        }
        Kind kind = KINDS.get(object.getClass());
        if (!kind.transparent) {
            return kind.immutable;
        }
        if (depth == DEEPEST) {
            return false;
        }
        for (Field field : kind.references) {
            try {
                if (!of(field.get(object), depth + 1)) {
                    return false;
                }
            } catch (IllegalAccessException hidden) {
                return false;
            }
        }
        return true;
    }

    /**
     * What is known of a class.
     *
     * @param transparent whether an object is as immutable as what the fields {@code references} hold
     * @param immutable   the answer for every object of a class that is not transparent
     */
    private record Kind(boolean transparent, boolean immutable, List<Field> references) {
        private static final Set<String> HOOKS = Set.of("writeReplace", "readResolve");

        static Kind of(Class<?> type) {
            if (isValue(type)) {
                return new Kind(false, true, List.of());
            }
            boolean lambda = type.isSynthetic() && type.isHidden();
            if (!lambda && !(type.isRecord() && isPlain(type))) {
                return new Kind(false, false, List.of());
            }
            List<Field> references = new ArrayList<>();
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                if (!field.trySetAccessible()) {
                    return new Kind(false, false, List.of());
                }
                references.add(field);
            }
            return new Kind(true, true, List.copyOf(references));
        }

        private static boolean isValue(Class<?> type) {
            return type.isEnum()
                    || Enum.class.isAssignableFrom(type)
                    || type == String.class
                    || type == Boolean.class
                    || type == Character.class
                    || Number.class.isAssignableFrom(type) && type.getName().startsWith("java.lang.")
                    || type == Class.class;
        }

        /** A record that has a say in its own serialization may want to be copied. */
        private static boolean isPlain(Class<?> type) {
            for (Method method : type.getDeclaredMethods()) {
                if (HOOKS.contains(method.getName())) {
                    return false;
                }
            }
            return true;
        }
    }
}
