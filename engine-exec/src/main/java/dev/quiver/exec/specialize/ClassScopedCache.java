package dev.quiver.exec.specialize;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * A cache of things made for user functions. Its entries hang on the class of one of these functions, so that they go away
 * with the application's class loader and never keep it. Bounded: the entries used longest ago go first.
 *
 * @param <K> type of the keys; they may hold the functions, and need {@code equals}
 * @param <V> type of the values
 */
public final class ClassScopedCache<K, V> {
    private final int entriesPerClass;
    private final ClassValue<Map<K, V>> entries = new ClassValue<>() {
        @Override
        protected Map<K, V> computeValue(Class<?> type) {
            return new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                    return size() > entriesPerClass;
                }
            };
        }
    };

    /** @param entriesPerClass most entries that are kept for one class */
    public ClassScopedCache(int entriesPerClass) {
        this.entriesPerClass = entriesPerClass;
    }

    /** What was made for a key, or null. */
    public V find(Class<?> anchor, K key) {
        Map<K, V> held = entries.get(anchor);
        synchronized (held) {
            return held.get(key);
        }
    }

    /** What was made for a key, made now if it was not yet. Others who want something of the same class wait. */
    public V get(Class<?> anchor, K key, Callable<V> maker) throws Exception {
        Map<K, V> held = entries.get(anchor);
        synchronized (held) {
            V value = held.get(key);
            if (value == null) {
                value = maker.call();
                held.put(key, value);
            }
            return value;
        }
    }

    /** The keys for which something hangs on a class. */
    public List<K> keys(Class<?> anchor) {
        Map<K, V> held = entries.get(anchor);
        synchronized (held) {
            return List.copyOf(held.keySet());
        }
    }

    /** The class on which entries for these classes hang: the first that an application brought, if any did. */
    public static Class<?> anchor(List<Class<?>> classes, Class<?> otherwise) {
        ClassLoader engine = ClassScopedCache.class.getClassLoader();
        for (Class<?> type : classes) {
            if (type.getClassLoader() != engine && type.getClassLoader() != null) {
                return type;
            }
        }
        return classes.isEmpty() ? otherwise : classes.get(0);
    }
}
