package dev.quiver.lineage;

import java.io.Serializable;

/**
 * Says to which partition a key belongs. Implementations define {@code equals}, so that two datasets partitioned alike
 * join without a shuffle.
 */
public interface Partitioner extends Serializable {
    /** How many partitions there are; at least 1. */
    int partitionCount();

    /** The partition of a key, in {@code [0, partitionCount())}. The key may be null. */
    int partition(Object key);
}
