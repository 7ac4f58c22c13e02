package dev.quiver.lineage;

import java.io.Serializable;

/** Which partitions of a parent a partition of a narrow child reads. */
public sealed interface PartitionMapping extends Serializable {
    /** The parent partitions that {@code partition} reads, in order; empty when it reads none of this parent. */
    int[] parents(int partition);

    /** Partition i reads partition i. */
    record OneToOne() implements PartitionMapping {
        @Override
        public int[] parents(int partition) {
            return new int[] {partition};
        }
    }

    /** Partitions {@code [start, start + count)} read the parent's {@code [0, count)}: one branch of a union. */
    record Branch(int start, int count) implements PartitionMapping {
        @Override
        public int[] parents(int partition) {
            return partition >= start && partition < start + count ? new int[] {partition - start} : new int[0];
        }
    }

    /** Partition i reads the parent's partitions {@code [i * parents / count, (i + 1) * parents / count)}: a coalesce. */
    record Grouped(int parentCount, int count) implements PartitionMapping {
        @Override
        public int[] parents(int partition) {
            int from = (int) ((long) partition * parentCount / count);
            int to = (int) ((long) (partition + 1) * parentCount / count);
            int[] group = new int[to - from];
            for (int index = 0; index < group.length; index++) {
                group[index] = from + index;
            }
            return group;
        }
    }

    /** The mapping of an operator that works partition by partition. */
    PartitionMapping ONE_TO_ONE = new OneToOne();
}
