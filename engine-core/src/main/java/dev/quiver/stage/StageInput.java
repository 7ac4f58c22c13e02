package dev.quiver.stage;

import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.PartitionMapping;
import java.io.Serializable;

/** Where a node of a stage plan takes its rows from. */
public sealed interface StageInput extends Serializable {
    /**
     * Partitions of another node of the same plan.
     *
     * @param node position in {@link StagePlan#nodes()}, always lower than that of the reader
     */
    record Node(int node, PartitionMapping mapping) implements StageInput {}

    /**
     * The reading task's partition of a shuffle.
     *
     * @param mapCount map outputs that complete it; there are more when map partitions were computed in slices
     */
    record Shuffle(ShuffleId shuffle, int mapCount) implements StageInput {}
}
