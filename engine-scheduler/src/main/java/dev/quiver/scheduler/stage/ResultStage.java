package dev.quiver.scheduler.stage;

import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.Action;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskOutcome.Success;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Computes the results of one job. */
public final class ResultStage extends Stage {
    private final Action action;
    private final BitSet unfinished = new BitSet();
    private final int partitionCount;
    private final SliceResults slices = new SliceResults();
    private int missingCount;
    private int toldCount;
    private long resultBytes;
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

    @Override
    public void layOut(TaskLayout chosen) {
        super.layOut(chosen);
        for (SplitPartition split : chosen.splits()) {
            for (int task : chosen.tasks(split.partition())) {
                unfinished.set(task);
            }
            missingCount += split.slices() - 1;
        }
    }

    /**
     * A task is done. Nothing changes when it was done before, or never asked for.
     *
     * @return what is to be told of its partition, by the order of its slices: one result of a whole partition, all of a
     *     split one with the last of them, and nothing as long as some are missing
     */
    public List<Success> finish(int task, Success result) {
        if (!unfinished.get(task)) {
            return List.of();
        }
        unfinished.clear(task);
        missingCount--;
        PartitionSlice slice = layout().slice(task);
        List<Success> complete = slice == null ? List.of(result) : slices.add(slice, result);
        toldCount += complete.isEmpty() ? 0 : 1;
        return complete;
    }

    /** Takes back slices of partitions that were not told; false when there were none. */
    public boolean forgetSlices() {
        BitSet forgotten = slices.clear(layout());
        unfinished.or(forgotten);
        missingCount += forgotten.cardinality();
        return !forgotten.isEmpty();
    }

    /** Counts the bytes of a result; returns those of all so far. */
    public long countBytes(Success result) {
        if (result instanceof TaskOutcome.Returned returned) {
            resultBytes += returned.value().length;
        } else if (result instanceof TaskOutcome.Stored stored) {
            resultBytes += stored.sizeBytes();
        }
        return resultBytes;
    }

    /** Of how many partitions the result was told. */
    public int toldCount() {
        return toldCount;
    }

    /** How many partitions there are to be computed. */
    public int partitionCount() {
        return partitionCount;
    }

    /** Whether a task is not done. */
    public boolean isMissing(int task) {
        return unfinished.get(task);
    }

    /** Tasks that are not done. */
    public int missingCount() {
        return missingCount;
    }

    /** Position of a partition in the submitted ones. */
    public int index(int partition) {
        return indexes == null ? partition : indexes[partition];
    }

    @Override
    public BitSet missingTasks(MapOutputs outputs) {
        return (BitSet) unfinished.clone();
    }

    @Override
    StageSink sink() {
        return new StageSink.Produce(action);
    }
}
