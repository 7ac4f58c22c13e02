package dev.quiver.block.broadcast;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * About how many bytes of heap the objects of a value take, by looking at some of them: of many elements of an array or a
 * collection at a few, fewer the deeper it lies, and at no more than {@link #MOST_OBJECTS} in all. The insides of the
 * JDK's own classes are closed to reflection, so its collections are counted by what each entry is known to cost, and
 * others of its objects by their fields alone. Belongs to one thread.
 */
final class ObjectSample {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectSample.class);
    private static final int MOST_OBJECTS = 20_000;
    private static final int[] SAMPLES = {200, 20, 5, 2};
    private static final int HEADER = 12;
    private static final int ARRAY_HEADER = 16;
    private static final int REFERENCE = Runtime.getRuntime().maxMemory() < 32L << 30 ? 4 : 8;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Class<?>, Layout> layouts = new HashMap<>();
    private final Deque<Item> left = new ArrayDeque<>();
    private double bytes;

    /** An object to look at. @param weight how many it stands for @param depth of arrays and collections around it */
    private record Item(Object object, double weight, int depth) {}

    /** The objects of a class. @param references its fields that hold others and can be read */
    private record Layout(long bytes, List<Field> references) {}

    private ObjectSample() {}

    /**
     * About the bytes of an object and all it refers to; less when that is a chain of very many objects, or when some of
     * them cannot be looked at: an estimate is no reason to fail.
     */
    static long bytesOf(Object value) {
        ObjectSample sample = new ObjectSample();
        sample.push(value, 1, 0);
        try {
            while (!sample.left.isEmpty() && sample.seen.size() < MOST_OBJECTS) {
                Item next = sample.left.pop();
                sample.look(next.object, next.weight, next.depth);
            }
        } catch (RuntimeException | LinkageError closed) {
            LOG.debug("A broadcast value cannot be looked at to its end", closed);
        }
        return (long) sample.bytes;
    }

    private void push(Object object, double weight, int depth) {
        if (object != null && !isShared(object) && seen.add(object)) {
            left.push(new Item(object, weight, depth));
        }
    }

    /** There whether a value refers to it or not. */
    private static boolean isShared(Object object) {
        return object instanceof Enum<?>
                || object instanceof Class<?>
                || object instanceof ClassLoader
                || object instanceof Thread;
    }

    private void look(Object object, double weight, int depth) {
        Class<?> type = object.getClass();
        if (object instanceof String text) {
            bytes += weight * (aligned(HEADER + REFERENCE + 5) + aligned(ARRAY_HEADER + textBytes(text)));
        } else if (type.isArray()) {
            int length = Array.getLength(object);
            bytes += weight * aligned(ARRAY_HEADER + (long) length * sizeOf(type.getComponentType()));
            if (object instanceof Object[] array) {
                sampleArray(array, weight, depth);
            }
        } else if (object instanceof Collection<?> collection && isOfTheJdk(type)) {
            bytes += weight * (aligned(HEADER + 12) + (double) collection.size() * entryBytes(collection));
            sampleCollection(collection, weight, depth);
        } else if (object instanceof Map<?, ?> map && isOfTheJdk(type)) {
            bytes += weight * (aligned(HEADER + 36) + (double) map.size() * entryBytes(map));
            sampleMap(map, weight, depth);
        } else {
            lookAtFields(object, weight, depth);
        }
    }

    private static boolean isOfTheJdk(Class<?> type) {
        return type.getName().startsWith("java.");
    }

    private static int samples(int depth) {
        return SAMPLES[Math.min(depth, SAMPLES.length - 1)];
    }

    private void sampleArray(Object[] array, double weight, int depth) {
        int count = Math.min(array.length, samples(depth));
        for (int sample = 0; sample < count; sample++) {
            int index = (int) ((long) sample * array.length / count);
            push(array[index], weight * array.length / count, depth + 1);
        }
    }

    private void sampleCollection(Collection<?> collection, double weight, int depth) {
        int size = collection.size();
        int count = Math.min(size, samples(depth));
        Iterator<?> each = collection.iterator();
        for (int sample = 0; sample < count && each.hasNext(); sample++) {
            Object element = collection instanceof List<?> list && list instanceof RandomAccess
                    ? list.get((int) ((long) sample * size / count))
                    : each.next();
            push(element, weight * size / count, depth + 1);
        }
    }

    private void sampleMap(Map<?, ?> map, double weight, int depth) {
        int count = Math.min(map.size(), samples(depth));
        Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator();
        for (int sample = 0; sample < count && each.hasNext(); sample++) {
            Map.Entry<?, ?> entry = each.next();
            push(entry.getKey(), weight * map.size() / count, depth + 1);
            push(entry.getValue(), weight * map.size() / count, depth + 1);
        }
    }

    /** What an entry costs besides what it refers to: a slot of an array, or a node and its part of a table. */
    private static int entryBytes(Object container) {
        if (container instanceof RandomAccess || container instanceof ArrayDeque<?>) {
            return REFERENCE;
        }
        if (container instanceof LinkedList<?>) {
            return 24;
        }
        boolean linked = container instanceof LinkedHashMap<?, ?> || container instanceof LinkedHashSet<?>;
        return (linked ? 40 : 32) + 2 * REFERENCE;
    }

    private void lookAtFields(Object object, double weight, int depth) {
        Layout layout = layouts.computeIfAbsent(object.getClass(), ObjectSample::layout);
        bytes += weight * layout.bytes;
        for (Field field : layout.references) {
            try {
                push(field.get(object), weight, depth);
            } catch (IllegalAccessException closed) {
                throw new IllegalStateException(field + " was opened before", closed);
            }
        }
    }

    private static Layout layout(Class<?> type) {
        long size = HEADER;
        List<Field> references = new ArrayList<>();
        for (Class<?> part = type; part != null; part = part.getSuperclass()) {
            for (Field field : part.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size += sizeOf(field.getType());
                    if (!field.getType().isPrimitive() && opened(field)) {
                        references.add(field);
                    }
                }
            }
        }
        return new Layout(aligned(size), references);
    }

    private static boolean opened(Field field) {
        try {
            field.setAccessible(true);
            return true;
        } catch (InaccessibleObjectException | SecurityException closed) {
            return false;
        }
    }

    private static long textBytes(String text) {
        for (int index = 0; index < Math.min(text.length(), 64); index++) {
            if (text.charAt(index) > 0xFF) {
                return 2L * text.length();
            }
        }
        return text.length();
    }

    private static int sizeOf(Class<?> type) {
        if (!type.isPrimitive()) {
            return REFERENCE;
        }
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == int.class || type == float.class) {
            return 4;
        }
        return type == short.class || type == char.class ? 2 : 1;
    }

    private static long aligned(long size) {
        return (size + 7) / 8 * 8;
    }
}
