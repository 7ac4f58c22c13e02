package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.sort.RangeTargets;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.shape.Shape;
import java.util.Optional;

/** Says for each row of a batch which reduce partition it goes to. May count rows; belongs to one task. */
@FunctionalInterface
public interface PartitionTargets {
    /**
     * Puts the target of each row into an array from its start.
     *
     * @param batch of the shape this was made for; borrowed
     * @param into  at least as long as the batch has rows
     */
    void of(ColumnBatch batch, int[] into);

    /**
     * The targets that a partitioner gives to the rows of a shape, or empty when only its own code can tell.
     *
     * @param keyed          whether rows are pairs partitioned by key; otherwise by the whole row
     * @param shape          of every batch that will come
     * @param inputPartition the map task's partition: where dealing in turn begins
     * @param loader         finds the record classes that the shape names
     */
    static Optional<PartitionTargets> of(
            Partitioner partitioner, boolean keyed, Shape shape, int inputPartition, ClassLoader loader) {
        if (partitioner instanceof RoundRobin dealer) {
            return Optional.of(new DealtTargets(dealer.start(inputPartition), dealer.partitionCount()));
        }
        Shape key = shape;
        if (keyed) {
            if (!(shape instanceof Shape.PairOf pair)) {
                return Optional.empty();
            }
            key = pair.key();
        }
        if (partitioner instanceof RangePartitioner range) {
            return RangeTargets.of(range, key).map(targets -> targets::targets);
        }
        return partitioner instanceof HashPartitioner hash && KeyHashes.knows(key, loader)
                ? Optional.of(new HashTargets(key, hash.partitionCount()))
                : Optional.empty();
    }
}
