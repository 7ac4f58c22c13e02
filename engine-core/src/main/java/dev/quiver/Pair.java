package dev.quiver;

import java.io.Serializable;

/**
 * A key and its value. Either may be null.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public record Pair<K, V>(K key, V value) implements Serializable {
    /** A pair, for use as a static import or a method reference. */
    public static <K, V> Pair<K, V> of(K key, V value) {
        return new Pair<>(key, value);
    }

    @Override
    public String toString() {
        return "(" + key + ", " + value + ")";
    }
}
