package dev.quiver.shuffle.tracker;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where the map outputs of all shuffles are, on the driver. The scheduler's loop is the only writer; {@link #snapshot}
 * may be called on any thread. Nothing here reads a clock or does I/O.
 */
public final class MapOutputTracker {
    /** From this many maps or reducers on, one executor's share of a partition no longer matters. */
    static final int PREFERENCE_LIMIT = 1000;

    private final Map<Integer, ShuffleOutputs> shuffles = new ConcurrentSkipListMap<>();

    /** Takes note of a shuffle. Harmless when it is known with the same counts. */
    public void register(ShuffleId shuffle, int mapCount, int reduceCount) {
        ShuffleOutputs known =
                shuffles.computeIfAbsent(shuffle.value(), id -> new ShuffleOutputs(shuffle, mapCount, reduceCount));
        if (known.mapPartitions() != mapCount || known.reduceCount() != reduceCount) {
            throw new IllegalArgumentException("shuffle " + shuffle + " was registered with " + known.mapPartitions()
                    + " maps and " + known.reduceCount() + " reducers, and now with " + mapCount + " and "
                    + reduceCount);
        }
    }

    /**
     * From now on every task of the layout writes a map output of its own. Remembered as long as the shuffle is.
     *
     * @throws IllegalArgumentException if the layout is of another number of map partitions
     * @throws IllegalStateException    if the shuffle has an output already
     */
    public void layOut(ShuffleId shuffle, TaskLayout layout) {
        shuffles.put(shuffle.value(), outputs(shuffle).laidOut(layout));
    }

    /** What {@link #layOut} was given for a shuffle, or null. */
    public TaskLayout layout(ShuffleId shuffle) {
        return outputs(shuffle).layout();
    }

    /** Forgets a shuffle. Harmless when it is unknown. */
    public void unregister(ShuffleId shuffle) {
        shuffles.remove(shuffle.value());
    }

    /** Map outputs that are not there, a fresh set. */
    public BitSet missing(ShuffleId shuffle) {
        return outputs(shuffle).missing();
    }

    /**
     * An output is there; it replaces an earlier one of the same map partition. Ignored when the shuffle is
     * unknown.
     */
    public void add(ExecutorId holder, MapOutput output) {
        ShuffleOutputs outputs = shuffles.get(output.shuffle().value());
        if (outputs != null) {
            outputs.add(holder, output);
        }
    }

    /** An output could not be read: it is dropped, if this executor still is its holder. */
    public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        if (outputs != null) {
            outputs.remove(mapPartition, holder);
        }
    }

    /** Everything this executor holds of a shuffle is dropped. */
    public void removeAll(ShuffleId shuffle, ExecutorId holder) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        if (outputs != null) {
            outputs.removeAll(holder);
        }
    }

    /** Every output of a shuffle is dropped. Harmless when it is unknown. */
    public void removeAll(ShuffleId shuffle) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        if (outputs != null) {
            outputs.removeAll();
        }
    }

    /** What an executor holds, by ascending shuffle; each list by ascending map partition. */
    public Map<ShuffleId, List<MapVersion>> heldBy(ExecutorId holder) {
        Map<ShuffleId, List<MapVersion>> held = new LinkedHashMap<>();
        shuffles.forEach((id, outputs) -> {
            List<MapVersion> versions = outputs.heldBy(holder);
            if (!versions.isEmpty()) {
                held.put(new ShuffleId(id), versions);
            }
        });
        return held;
    }

    /**
     * Map outputs are on another executor from now on, as they were: those of them that are still these versions and
     * still where they were. Neither is an output missing meanwhile, nor does its version change.
     *
     * @return whether any was
     */
    public boolean move(ShuffleId shuffle, ExecutorId from, ExecutorId to, List<MapVersion> versions) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        return outputs != null && outputs.move(from, to, versions);
    }

    /** Whether an executor holds a map output. */
    public boolean isHolder(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        return outputs != null && outputs.isHolder(mapPartition, holder);
    }

    /** Whether an executor holds any map output of a shuffle. */
    public boolean holdsAny(ShuffleId shuffle, ExecutorId holder) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        return outputs != null && outputs.holdsAny(holder);
    }

    /** Whether this executor holds a map output of any shuffle. */
    public boolean holdsAny(ExecutorId holder) {
        for (ShuffleOutputs outputs : shuffles.values()) {
            if (outputs.holdsAny(holder)) {
                return true;
            }
        }
        return false;
    }

    /** Everything this executor holds is dropped. Returns the shuffles that lost an output, ascending. */
    public Collection<ShuffleId> removeAll(ExecutorId holder) {
        List<ShuffleId> lost = new ArrayList<>();
        shuffles.forEach((id, outputs) -> {
            if (outputs.removeAll(holder)) {
                lost.add(new ShuffleId(id));
            }
        });
        return lost;
    }

    /**
     * Executors that hold at least a fifth of the bytes a reduce partition reads from some map outputs, best first. Empty
     * when nobody does, and for shuffles with so many maps or reducers that bytes are spread evenly anyway.
     */
    public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
        ShuffleOutputs outputs = outputs(shuffle);
        return outputs.mapCount() < PREFERENCE_LIMIT && outputs.reduceCount() < PREFERENCE_LIMIT
                ? outputs.preferred(reducePartition, maps)
                : List.of();
    }

    /**
     * Bytes each reduce partition reads, from the outputs that are there, with at most ten percent error. With more than
     * {@value MeanSizes#ALL_KEPT} reduce partitions sizes that are not far above the mean of their map output count as
     * the mean.
     */
    public long[] bytesByReducePartition(ShuffleId shuffle) {
        return outputs(shuffle).bytesByReducePartition();
    }

    /** Bytes that one reduce partition reads from each map output, 0 for those that are not there. */
    public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
        return outputs(shuffle).bytesByMapOutput(reducePartition);
    }

    /**
     * Where the outputs are now; the same object until that changes. Any thread.
     *
     * @throws IllegalArgumentException if the shuffle is not registered
     */
    public ShuffleLocations snapshot(ShuffleId shuffle) {
        return outputs(shuffle).snapshot();
    }

    private ShuffleOutputs outputs(ShuffleId shuffle) {
        ShuffleOutputs outputs = shuffles.get(shuffle.value());
        if (outputs == null) {
            throw new IllegalArgumentException("shuffle " + shuffle + " is not registered");
        }
        return outputs;
    }
}
