package dev.quiver.benchmarks;

import dev.quiver.Pair;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * What a consumer of sorted rows saw of one partition.
 *
 * @param first its first key
 * @param last  its last key
 * @param rows  how many it has, at least one
 */
record Ordered<K>(K first, K last, long rows) implements Serializable {
    /**
     * Looks at all rows of a partition.
     *
     * @return nothing for an empty one
     * @throws IllegalStateException at the first row that is smaller than the one before
     */
    static <K, V> Iterator<Ordered<K>> check(Iterator<Pair<K, V>> rows, Comparator<K> order) {
        if (!rows.hasNext()) {
            return List.<Ordered<K>>of().iterator();
        }
        K first = rows.next().key();
        K last = first;
        long count = 1;
        while (rows.hasNext()) {
            K key = rows.next().key();
            if (order.compare(last, key) > 0) {
                throw new IllegalStateException("row " + count + " of a partition is smaller than the one before");
            }
            last = key;
            count++;
        }
        return List.of(new Ordered<>(first, last, count)).iterator();
    }

    /**
     * The rows of all partitions.
     *
     * @throws IllegalStateException when a partition begins below the end of the one before
     */
    static <K> long rows(List<Ordered<K>> partitions, Comparator<K> order) {
        long rows = 0;
        for (int index = 0; index < partitions.size(); index++) {
            Ordered<K> partition = partitions.get(index);
            if (index > 0 && order.compare(partitions.get(index - 1).last, partition.first) > 0) {
                throw new IllegalStateException("partition " + index + " begins below the end of the one before");
            }
            rows += partition.rows;
        }
        return rows;
    }
}
