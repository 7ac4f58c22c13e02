package dev.quiver.function;

import java.io.Serializable;
import java.util.Comparator;

/** An order that can travel to executors. */
@FunctionalInterface
public interface RowComparator<T> extends Comparator<T>, Serializable {
    /** Orders rows by a key that has a natural order. */
    static <T, K extends Comparable<? super K>> RowComparator<T> comparing(MapFunction<? super T, ? extends K> key) {
        return new ComparingKeys<T, K>(key);
    }

    /** The opposite order. */
    @Override
    default RowComparator<T> reversed() {
        return (left, right) -> compare(right, left);
    }

    /** This order, and among equals the other. */
    default RowComparator<T> then(RowComparator<? super T> other) {
        return (left, right) -> {
            int first = compare(left, right);
            return first != 0 ? first : other.compare(left, right);
        };
    }
}
