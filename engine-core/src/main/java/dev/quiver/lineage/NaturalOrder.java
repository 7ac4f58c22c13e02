package dev.quiver.lineage;

import dev.quiver.Pair;
import dev.quiver.UsageException;
import dev.quiver.function.RowComparator;
import java.util.Arrays;

/**
 * The order that keys have by themselves, in either direction. Null is the smallest key, byte arrays compare as unsigned
 * numbers, pairs by key and then by value, and everything else by its own {@code compareTo}. An enum, so that two
 * datasets sorted alike have equal partitioners, and so that an executor knows this order when it sees it and may sort
 * columns without calling it.
 */
public enum NaturalOrder implements RowComparator<Object> {
    ASCENDING,
    DESCENDING;

    @Override
    public int compare(Object left, Object right) {
        return this == ASCENDING ? ascending(left, right) : ascending(right, left);
    }

    @SuppressWarnings("unchecked")
    private static int ascending(Object left, Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        if (left instanceof Comparable<?> && left.getClass() == right.getClass()) {
            return ((Comparable<Object>) left).compareTo(right);
        }
        if (left instanceof byte[] leftBytes && right instanceof byte[] rightBytes) {
            return Arrays.compareUnsigned(leftBytes, rightBytes);
        }
        if (left instanceof Pair<?, ?> leftPair && right instanceof Pair<?, ?> rightPair) {
            int byKey = ascending(leftPair.key(), rightPair.key());
            return byKey != 0 ? byKey : ascending(leftPair.value(), rightPair.value());
        }
        if (left instanceof Comparable<?>) {
            return ((Comparable<Object>) left).compareTo(right);
        }
        throw new UsageException("values of " + left.getClass().getName() + " have no natural order; let the class"
                + " implement Comparable, or name an order with a comparator");
    }
}
