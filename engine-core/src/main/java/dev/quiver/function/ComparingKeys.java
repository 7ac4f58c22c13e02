package dev.quiver.function;

import dev.quiver.QuiverException;

/** Compares rows by a key. */
record ComparingKeys<T, K extends Comparable<? super K>>(MapFunction<? super T, ? extends K> key)
        implements RowComparator<T> {
    @Override
    public int compare(T left, T right) {
        try {
            return key.call(left).compareTo(key.call(right));
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new QuiverException("the key of a comparator threw " + thrown, thrown);
        }
    }
}
