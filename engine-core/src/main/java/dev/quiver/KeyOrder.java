package dev.quiver;

import dev.quiver.function.RowComparator;
import java.util.Arrays;

/**
 * Orders of keys. The natural one puts null first, compares byte arrays as unsigned numbers, pairs by key and then by
 * value, and everything else by its own {@code compareTo}.
 */
final class KeyOrder {
    private KeyOrder() {}

    static <K> RowComparator<K> natural(boolean ascending) {
        return Casts.erased(ascending ? Natural.ASCENDING : Natural.DESCENDING);
    }

    static <K> RowComparator<K> by(RowComparator<K> order, boolean ascending) {
        return ascending ? order : new Reversed<>(order);
    }

    /** Enum constants, so that two datasets sorted alike have equal partitioners. */
    private enum Natural implements RowComparator<Object> {
        ASCENDING {
            @Override
            public int compare(Object left, Object right) {
                return compareNaturally(left, right);
            }
        },
        DESCENDING {
            @Override
            public int compare(Object left, Object right) {
                return compareNaturally(right, left);
            }
        }
    }

    private record Reversed<K>(RowComparator<K> order) implements RowComparator<K> {
        @Override
        public int compare(K left, K right) {
            return order.compare(right, left);
        }
    }

    @SuppressWarnings("unchecked")
    private static int compareNaturally(Object left, Object right) {
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
            int byKey = compareNaturally(leftPair.key(), rightPair.key());
            return byKey != 0 ? byKey : compareNaturally(leftPair.value(), rightPair.value());
        }
        if (left instanceof Comparable<?>) {
            return ((Comparable<Object>) left).compareTo(right);
        }
        throw new UsageException("values of " + left.getClass().getName() + " have no natural order; let the class"
                + " implement Comparable, or name an order with a comparator");
    }
}
