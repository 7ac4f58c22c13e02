package dev.quiver.lineage;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Partitions by comparing with sorted bounds: partition {@code i} holds the keys above bound {@code i - 1} and up to
 * bound {@code i}, in the direction asked for.
 */
public final class RangePartitioner implements Partitioner {
    private static final long serialVersionUID = 1;

    private final Object[] bounds;
    private final Comparator<Object> order;

    /**
     * @param bounds ascending in {@code order}; one less than there are partitions
     * @param order  a serializable comparator of keys
     */
    @SuppressWarnings("unchecked")
    public RangePartitioner(Object[] bounds, Comparator<?> order) {
        this.bounds = bounds.clone();
        this.order = (Comparator<Object>) order;
    }

    /** The bounds, ascending in {@link #order()}. */
    public Object[] bounds() {
        return bounds.clone();
    }

    public Comparator<Object> order() {
        return order;
    }

    @Override
    public int partitionCount() {
        return bounds.length + 1;
    }

    @Override
    public int partition(Object key) {
        int low = 0;
        int high = bounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare(key, bounds[middle]) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangePartitioner range
                && Arrays.deepEquals(range.bounds, bounds)
                && range.order.equals(order);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(bounds);
    }
}
