package dev.quiver;

import dev.quiver.function.RowComparator;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.ReadSide;

/** Sorts pairs by key: ranges of keys go to partitions by a shuffle, and each partition is sorted as it is read. */
final class Sorting {
    private Sorting() {}

    static <K, V> Dataset<Pair<K, V>> byKey(
            Dataset<Pair<K, V>> pairs, RowComparator<K> order, int partitions, CallSite site) {
        Object[] bounds = partitions == 1 || pairs.partitionCount() == 0
                ? new Object[0]
                : KeySample.bounds(pairs, order, partitions, site);
        RangePartitioner partitioner = new RangePartitioner(bounds, order);
        return new Dataset<>(
                pairs.session(),
                pairs.session().lineages().shuffled(
                        pairs.lineage(), partitioner, null, new ReadSide.SortedByKey(Casts.erased(order)),
                        pairs.shape(), site));
    }
}
