package dev.quiver.scheduler.stage;

import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Computes the results of one job. */
public final class ResultStage extends Stage {
    private final Action action;
    private final BitSet unfinished = new BitSet();
    private final int partitionCount;
    private int missingCount;
    /** Position of each partition in the submitted ones, or null when both are the same. */
    private final int[] indexes;

    ResultStage(StageId id, Lineage root, List<MapStage> parents, int[] partitions, Action action) {
        super(id, root, parents, 0);
        this.action = action;
        this.partitionCount = partitions.length;
        this.missingCount = partitions.length;
        boolean inOrder = true;
        for (int index = 0; index < partitions.length; index++) {
            unfinished.set(partitions[index]);
            inOrder &= partitions[index] == index;
        }
        this.indexes = inOrder ? null : indexes(partitions);
    }

    private static int[] indexes(int[] partitions) {
        int[] indexes = new int[Arrays.stream(partitions).max().orElse(-1) + 1];
        for (int index = 0; index < partitions.length; index++) {
            indexes[partitions[index]] = index;
        }
        return indexes;
    }

    /** Takes note that a partition is done; false when it was done before, or never asked for. */
    public boolean finish(int partition) {
        if (!unfinished.get(partition)) {
            return false;
        }
        unfinished.clear(partition);
        missingCount--;
        return true;
    }

    /** Whether the result of some partition was told. */
    public boolean hasFinished() {
        return missingCount < partitionCount;
    }

    /** How many partitions there are to be computed. */
    public int partitionCount() {
        return partitionCount;
    }

    /** Partitions that are not done. */
    public int missingCount() {
        return missingCount;
    }

    /** Position of a partition in the submitted ones. */
    public int index(int partition) {
        return indexes == null ? partition : indexes[partition];
    }

    @Override
    public BitSet missingPartitions(MapOutputs outputs) {
        return (BitSet) unfinished.clone();
    }

    @Override
    StageSink sink() {
        return new StageSink.Produce(action);
    }
}
