package dev.quiver.lineage;

/**
 * Deals rows out in turn, whatever they hold. Two of them are never alike: which row went where depends on the order of
 * the input.
 */
public final class RoundRobin implements Partitioner {
    private static final long serialVersionUID = 1;

    private final int partitionCount;

    public RoundRobin(int partitionCount) {
        this.partitionCount = partitionCount;
    }

    @Override
    public int partitionCount() {
        return partitionCount;
    }

    /** Where the dealing starts for an input partition; the writer counts on from there, row by row. */
    public int start(int inputPartition) {
        return HashPartitioner.partitionOfHash(inputPartition, partitionCount);
    }

    @Override
    public int partition(Object key) {
        throw new UnsupportedOperationException("rows are dealt in turn; a key has no partition of its own");
    }
}
