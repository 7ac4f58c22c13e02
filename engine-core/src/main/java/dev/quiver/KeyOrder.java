package dev.quiver;

import dev.quiver.function.RowComparator;
import dev.quiver.lineage.NaturalOrder;

/** Orders of keys, in the direction asked for. */
final class KeyOrder {
    private KeyOrder() {}

    static <K> RowComparator<K> natural(boolean ascending) {
        return Casts.erased(ascending ? NaturalOrder.ASCENDING : NaturalOrder.DESCENDING);
    }

    static <K> RowComparator<K> by(RowComparator<K> order, boolean ascending) {
        return ascending ? order : new Reversed<>(order);
    }

    private record Reversed<K>(RowComparator<K> order) implements RowComparator<K> {
        @Override
        public int compare(K left, K right) {
            return order.compare(right, left);
        }
    }
}
