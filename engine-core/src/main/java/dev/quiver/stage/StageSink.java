package dev.quiver.stage;

import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.Partitioner;
import java.io.Serializable;

/** What becomes of the rows of a stage. */
public sealed interface StageSink extends Serializable {
    /**
     * They are written for the reduce side of a shuffle.
     *
     * @param keyed   whether rows are pairs partitioned by key; otherwise by the whole row
     * @param mapSide aggregation before the rows cross, or null
     */
    record WriteShuffle(ShuffleId shuffle, Partitioner partitioner, boolean keyed, Aggregation mapSide)
            implements StageSink {}

    /** They become one result a partition. */
    record Produce(Action action) implements StageSink {}
}
