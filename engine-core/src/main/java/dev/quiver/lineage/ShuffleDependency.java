package dev.quiver.lineage;

import dev.quiver.id.ShuffleId;
import java.util.Optional;

/**
 * Each partition reads rows of every partition of the parent: a stage boundary. One object stands for one shuffle; all
 * datasets and jobs that hold it share its map outputs.
 */
public final class ShuffleDependency implements Dependency {
    private final ShuffleId id;
    private final Lineage parent;
    private final Partitioner partitioner;
    private final boolean keyed;
    private final Aggregation mapSide;

    /**
     * @param keyed   whether rows are pairs that are partitioned by their key; otherwise whole rows are the keys
     * @param mapSide the aggregation to apply before the rows cross, or null
     */
    public ShuffleDependency(
            ShuffleId id, Lineage parent, Partitioner partitioner, boolean keyed, Aggregation mapSide) {
        this.id = id;
        this.parent = parent;
        this.partitioner = partitioner;
        this.keyed = keyed;
        this.mapSide = mapSide;
    }

    public ShuffleId id() {
        return id;
    }

    @Override
    public Lineage parent() {
        return parent;
    }

    public Partitioner partitioner() {
        return partitioner;
    }

    public boolean keyed() {
        return keyed;
    }

    /** The aggregation applied before the rows cross. */
    public Optional<Aggregation> mapSide() {
        return Optional.ofNullable(mapSide);
    }

    /** How many map outputs the shuffle has when it is complete. */
    public int mapCount() {
        return parent.partitionCount();
    }

    /** How many partitions its readers have. */
    public int reduceCount() {
        return partitioner.partitionCount();
    }

    @Override
    public String toString() {
        return "shuffle " + id + " of " + parent;
    }
}
