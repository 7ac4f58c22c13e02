package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.lineage.RangePartitioner;
import java.util.Arrays;

/**
 * What a range partitioner says, with null out of the way.
 *
 * @param values     the bounds that are not null
 * @param first      partition of a key below all of them
 * @param ofNull     partition of the null key
 * @param flip       0 for ascending order, -1 for descending
 */
record Bounds(Object[] values, int first, int ofNull, long flip) {
    static Bounds of(RangePartitioner partitioner, boolean ascending) {
        Object[] all = partitioner.bounds();
        Object[] values = Arrays.stream(all).filter(bound -> bound != null).toArray();
        // Null is the smallest key: in ascending order its bounds come first, and every other key lies above them.
        int first = ascending ? all.length - values.length : 0;
        return new Bounds(values, first, partitioner.partition(null), ascending ? 0 : -1);
    }

    /** Whether all bounds are of a class. */
    boolean are(Class<?> type) {
        return Arrays.stream(values).allMatch(type::isInstance);
    }

    /** Puts the rows whose key is null where they belong. */
    void placeNulls(Column keys, int rows, int[] out) {
        if (keys.nulls() != null) {
            for (int row = 0; row < rows; row++) {
                if (keys.isNull(row)) {
                    out[row] = ofNull;
                }
            }
        }
    }
}
