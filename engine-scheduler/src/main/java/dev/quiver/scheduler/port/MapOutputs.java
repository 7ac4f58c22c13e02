package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where map outputs are. Called on the scheduler's loop, which is the only writer. A map output is what one task of a map
 * stage wrote: one a map partition, or several when the stage's layout splits it.
 */
public interface MapOutputs extends ShuffleSizes {
    /** Takes note of a shuffle. Harmless when it is known. */
    void register(ShuffleId shuffle, int mapCount, int reduceCount);

    /**
     * The tasks that write the shuffle are these, from now on and as long as the shuffle is known: it is complete when
     * each has written. To be called once, before it has any output.
     */
    void layOut(ShuffleId shuffle, TaskLayout layout);

    /** What {@link #layOut} was given for a shuffle, or null. */
    TaskLayout layout(ShuffleId shuffle);

    /** Map outputs that are not there, by the number of the task that writes them, a fresh set. */
    BitSet missing(ShuffleId shuffle);

    /** An output is there; it replaces an earlier one of the same map partition. */
    void add(ExecutorId holder, MapOutput output);

    /** An output could not be read: it is dropped, if this executor still is its holder. */
    void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder);

    /** Everything this executor holds of a shuffle is dropped. */
    void removeAll(ShuffleId shuffle, ExecutorId holder);

    /** Every output of a shuffle is dropped. Harmless when it is unknown. */
    void removeAll(ShuffleId shuffle);

    /** How many reduce partitions a shuffle has, as it was registered. */
    default int reduceCount(ShuffleId shuffle) {
        return bytesByPartition(shuffle).length;
    }

    /** What an executor holds and takes along when it leaves, by ascending map partition; nothing where none is moved. */
    default Map<ShuffleId, List<MapVersion>> heldBy(ExecutorId holder) {
        return Map.of();
    }

    /**
     * Outputs are on another executor, as they were: those of them that are still these versions and still where they were.
     * No output is missing meanwhile; who reads them hears of the new place before the old one is gone.
     */
    default void move(ShuffleId shuffle, ExecutorId from, ExecutorId to, List<MapVersion> versions) {}

    /** Whether this executor is where an output is read. */
    default boolean isHolder(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
        return true;
    }

    /** Whether this executor is where some output of a shuffle is read. */
    default boolean holdsAny(ShuffleId shuffle, ExecutorId holder) {
        return true;
    }

    /** Whether this executor holds an output of some shuffle that may still be read; true where that is not known. */
    default boolean holdsAny(ExecutorId holder) {
        return true;
    }

    /**
     * An executor is gone. What was lost with it is dropped; outputs in storage that outlives it stay, and its name with
     * them. Returns the shuffles that lost an output.
     */
    Collection<ShuffleId> executorLost(ExecutorId executor);

    /**
     * Executors that hold a large share of what a reduce partition reads from these map outputs, best first; empty when it
     * does not matter.
     */
    List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps);
}
