package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.ColumnBatch;

/** One partition after another, whatever the rows hold. */
final class DealtTargets implements PartitionTargets {
    private final int partitionCount;
    private int turn;

    DealtTargets(int start, int partitionCount) {
        this.turn = start;
        this.partitionCount = partitionCount;
    }

    @Override
    public void of(ColumnBatch batch, int[] into) {
        int rows = batch.rows();
        int target = turn;
        for (int row = 0; row < rows; row++) {
            into[row] = target;
            target = target + 1 == partitionCount ? 0 : target + 1;
        }
        turn = target;
    }
}
