package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * The tracker behind the scheduler's port.
 *
 * @param reliable whether outputs outlive the executor that wrote them, and are read without it
 */
record TrackedOutputs(MapOutputTracker tracker, boolean reliable) implements MapOutputs {
    @Override
    public void register(ShuffleId shuffle, int mapCount, int reduceCount) {
        tracker.register(shuffle, mapCount, reduceCount);
    }

    @Override
    public void layOut(ShuffleId shuffle, TaskLayout layout) {
        tracker.layOut(shuffle, layout);
    }

    @Override
    public TaskLayout layout(ShuffleId shuffle) {
        return tracker.layout(shuffle);
    }

    @Override
    public BitSet missing(ShuffleId shuffle) {
        return tracker.missing(shuffle);
    }

    @Override
    public void add(ExecutorId holder, MapOutput output) {
        tracker.add(holder, output);
    }

    @Override
    public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        tracker.remove(shuffle, mapPartition, holder);
    }

    @Override
    public void removeAll(ShuffleId shuffle, ExecutorId holder) {
        tracker.removeAll(shuffle, holder);
    }

    @Override
    public void removeAll(ShuffleId shuffle) {
        tracker.removeAll(shuffle);
    }

    @Override
    public boolean holdsAny(ExecutorId holder) {
        return !reliable && tracker.holdsAny(holder);
    }

    @Override
    public Collection<ShuffleId> executorLost(ExecutorId executor) {
        return reliable ? List.of() : tracker.removeAll(executor);
    }

    @Override
    public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
        return reliable ? List.of() : tracker.preferred(shuffle, reducePartition, maps);
    }

    @Override
    public long[] bytesByPartition(ShuffleId shuffle) {
        return tracker.bytesByReducePartition(shuffle);
    }

    @Override
    public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
        return tracker.bytesByMapOutput(shuffle, reducePartition);
    }
}
