package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tracker behind the scheduler's port.
 *
 * @param moved    told of shuffles whose outputs are read at another place from now on
 * @param reliable whether outputs outlive the executor that wrote them, and are read without it
 */
record TrackedOutputs(MapOutputTracker tracker, Consumer<ShuffleId> moved, boolean reliable) implements MapOutputs {
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
    public Map<ShuffleId, List<MapVersion>> heldBy(ExecutorId holder) {
        return reliable ? Map.of() : tracker.heldBy(holder);
    }

    @Override
    public void move(ShuffleId shuffle, ExecutorId from, ExecutorId to, List<MapVersion> versions) {
        if (tracker.move(shuffle, from, to, versions)) {
            moved.accept(shuffle);
        }
    }

    @Override
    public boolean isHolder(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        return tracker.isHolder(shuffle, mapPartition, holder);
    }

    @Override
    public boolean holdsAny(ShuffleId shuffle, ExecutorId holder) {
        return tracker.holdsAny(shuffle, holder);
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
