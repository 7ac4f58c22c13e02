package dev.quiver.lineage;

import dev.quiver.Pair;
import dev.quiver.UsageException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hash of a key that is the same in every process. It equals {@code hashCode} where that depends on the contents
 * alone; enums, whose {@code hashCode} differs from process to process, count by name, also inside records and
 * collections. Keys without a hash of their contents are refused: they would silently be spread at random.
 */
final class KeyHash {
    /** How the hash of a class is found. */
    private enum Kind {
        OWN,
        RECORD,
        IDENTITY
    }

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            try {
                Method hashCode = type.getMethod("hashCode");
                if (hashCode.getDeclaringClass() == Object.class) {
                    return Kind.IDENTITY;
                }
                // The hashCode that the compiler gives to a record is final.
                boolean generated = type.isRecord() && Modifier.isFinal(hashCode.getModifiers());
                return generated && !Arrays.stream(type.getRecordComponents()).allMatch(KeyHash::isPlain)
                        ? Kind.RECORD
                        : Kind.OWN;
            } catch (NoSuchMethodException impossible) {
                throw new AssertionError(impossible);
            }
        }
    };

    private static final ClassValue<Method[]> ACCESSORS = new ClassValue<>() {
        @Override
        protected Method[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Method[] accessors = new Method[components.length];
            for (int index = 0; index < components.length; index++) {
                accessors[index] = components[index].getAccessor();
                accessors[index].setAccessible(true);
            }
            return accessors;
        }
    };

    private KeyHash() {}

    /** Whether a component can hold nothing but contents, so that the record's own hash does as well, and faster. */
    private static boolean isPlain(RecordComponent component) {
        Class<?> type = component.getType();
        return type.isPrimitive()
                || type == String.class
                || Modifier.isFinal(type.getModifiers()) && Number.class.isAssignableFrom(type)
                || type.getPackageName().equals("java.time") && !type.isEnum();
    }

    static int of(Object key) {
        if (key == null) {
            return 0;
        }
        if (key instanceof String || key instanceof Integer || key instanceof Long) {
            return key.hashCode();
        }
        if (key instanceof Enum<?> constant) {
            return constant.name().hashCode();
        }
        if (key instanceof Pair<?, ?> pair) {
            return 31 * of(pair.key()) + of(pair.value());
        }
        if (key instanceof Collection<?> || key instanceof Map<?, ?> || key instanceof Optional<?>) {
            return ofContainer(key);
        }
        if (key.getClass().isArray()) {
            throw new UsageException("a key of type " + key.getClass().getSimpleName()
                    + " cannot be hashed by its contents; use a String, a record or a List as key");
        }
        return switch (KINDS.get(key.getClass())) {
            case OWN -> key.hashCode();
            case RECORD -> ofRecord(key);
            case IDENTITY -> throw new UsageException("a key of " + key.getClass().getName()
                    + " cannot be hashed by its contents, because the class does not define hashCode; use a record");
        };
    }

    private static int ofContainer(Object key) {
        if (key instanceof Optional<?> optional) {
            return of(optional.orElse(null));
        }
        if (key instanceof List<?> list) {
            int hash = 1;
            for (Object element : list) {
                hash = 31 * hash + of(element);
            }
            return hash;
        }
        int hash = 0;
        if (key instanceof Set<?> set) {
            for (Object element : set) {
                hash += of(element);
            }
            return hash;
        }
        if (key instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                hash += of(entry.getKey()) ^ of(entry.getValue());
            }
            return hash;
        }
        throw new UsageException("a key of " + key.getClass().getName()
                + " has no equality of its own; use a List, a Set or a record as key");
    }

    private static int ofRecord(Object key) {
        int hash = 0;
        try {
            for (Method accessor : ACCESSORS.get(key.getClass())) {
                hash = 31 * hash + of(accessor.invoke(key));
            }
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new UsageException("cannot read the components of a key of " + key.getClass().getName(), failure);
        }
        return hash;
    }
}
