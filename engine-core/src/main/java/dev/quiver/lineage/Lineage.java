package dev.quiver.lineage;

import dev.quiver.StorageLevel;
import dev.quiver.UsageException;
import dev.quiver.id.DatasetId;
import dev.quiver.shape.Shape;
import java.util.List;
import java.util.Optional;

/**
 * How a dataset is computed: an operator and what it depends on. Immutable but for the storage level, which a user may
 * set once from any thread, and for a checkpoint, which takes the place of operator and dependencies. Chains may be
 * thousands of nodes long, so whoever walks them does it without recursion.
 */
public final class Lineage {
    private final DatasetId id;
    private final int partitionCount;
    private final Partitioner partitioner;
    private final Shape shape;
    private final CallSite callSite;
    private volatile Definition definition;
    private volatile StorageLevel storageLevel = StorageLevel.NONE;

    /** An operator and what it depends on, as they were at one moment. */
    public record Definition(Op op, List<Dependency> dependencies) {
        public Definition {
            dependencies = List.copyOf(dependencies);
        }
    }

    /** @param partitioner how keys are known to lie, or null */
    public Lineage(
            DatasetId id,
            Op op,
            List<Dependency> dependencies,
            int partitionCount,
            Partitioner partitioner,
            Shape shape,
            CallSite callSite) {
        this.id = id;
        this.definition = new Definition(op, dependencies);
        this.partitionCount = partitionCount;
        this.partitioner = partitioner;
        this.shape = shape;
        this.callSite = callSite;
    }

    public DatasetId id() {
        return id;
    }

    public Op op() {
        return definition.op();
    }

    public List<Dependency> dependencies() {
        return definition.dependencies();
    }

    /** Whether its partitions are computed at the same time, all or none. */
    public boolean isTogether() {
        return op() instanceof Op.MapPartitions map && map.function() instanceof TogetherFunction;
    }

    /** Operator and dependencies together: a checkpoint changes both at once. */
    public Definition definition() {
        return definition;
    }

    /**
     * The same rows lie elsewhere now: from here on they are read from there, and what they were computed from is
     * forgotten. Partitions, partitioner and shape stay.
     *
     * @param source an operator without inputs
     */
    public void cut(Op source) {
        definition = new Definition(source, List.of());
    }

    public int partitionCount() {
        return partitionCount;
    }

    /** How the keys of the rows are known to be spread over the partitions. */
    public Optional<Partitioner> partitioner() {
        return Optional.ofNullable(partitioner);
    }

    public Shape shape() {
        return shape;
    }

    public CallSite callSite() {
        return callSite;
    }

    public StorageLevel storageLevel() {
        return storageLevel;
    }

    /** Asks for the partitions to be kept, or with {@code NONE} no longer. A level can be set once until it is NONE. */
    public synchronized void persist(StorageLevel level) {
        if (storageLevel != StorageLevel.NONE && level != StorageLevel.NONE && storageLevel != level) {
            throw new UsageException("dataset " + id + " (" + callSite + ") is already persisted at " + storageLevel
                    + "; call unpersist() before choosing " + level);
        }
        storageLevel = level;
    }

    @Override
    public String toString() {
        return "dataset " + id + " (" + callSite + ")";
    }
}
