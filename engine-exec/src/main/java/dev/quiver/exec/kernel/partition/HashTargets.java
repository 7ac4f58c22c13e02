package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.shape.Shape;

/** By the hash of the key, which is in the first columns: exactly where the hash partitioner puts the key as an object. */
final class HashTargets implements PartitionTargets {
    private final Shape key;
    private final int partitionCount;

    HashTargets(Shape key, int partitionCount) {
        this.key = key;
        this.partitionCount = partitionCount;
    }

    @Override
    public void of(ColumnBatch batch, int[] into) {
        int rows = batch.rows();
        KeyHashes.of(key, batch.columns(), 0, rows, into);
        int count = partitionCount;
        for (int row = 0; row < rows; row++) {
            into[row] = HashPartitioner.partitionOfHash(into[row], count);
        }
    }
}
