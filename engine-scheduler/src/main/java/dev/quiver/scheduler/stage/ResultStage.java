package dev.quiver.scheduler.stage;

import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.Action;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskOutcome.Success;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Computes the results of one job. */
public final class ResultStage extends Stage {
    private final Action action;
    private final BitSet unfinished = new BitSet();
    private final SliceResults slices = new SliceResults();
    private int missingCount;
    /** Position of each partition in the submitted ones, or null when both are the same. */
    private final int[] indexes;

    ResultStage(StageId id, Lineage root, List<MapStage> parents, int[] partitions, Action action) {
        super(id, root, parents, 0);
        this.action = action;
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

    /** Takes note that a task is done; false when it was done before, or never asked for. */
    public boolean finish(int task) {
        if (!unfinished.get(task)) {
            return false;
        }
        unfinished.clear(task);
        missingCount--;
        return true;
    }

    /**
     * Takes the result of a slice that was {@link #finish}ed. Returns the results of all slices of its partition, in their
     * order, when it was the last one, else nothing.
     */
    public List<Success> sliceFinished(PartitionSlice slice, Success result) {
        return slices.add(slice, result);
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
