package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.task.MapOutput;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** Where map outputs are. Called on the scheduler's loop, which is the only writer. */
public interface MapOutputs {
    /** Takes note of a shuffle. Harmless when it is known. */
    void register(ShuffleId shuffle, int mapCount, int reduceCount);

    /** Map partitions without an output, a fresh set. */
    BitSet missing(ShuffleId shuffle);

    /** An output is there; it replaces an earlier one of the same map partition. */
    void add(ExecutorId holder, MapOutput output);

    /** An output could not be read: it is dropped, if this executor still is its holder. */
    void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder);

    /** Everything this executor holds of a shuffle is dropped. */
    void removeAll(ShuffleId shuffle, ExecutorId holder);

    /** Every output of a shuffle is dropped. Harmless when it is unknown. */
    void removeAll(ShuffleId shuffle);

    /**
     * An executor is gone. What was lost with it is dropped; outputs in storage that outlives it stay, and its name with
     * them. Returns the shuffles that lost an output.
     */
    Collection<ShuffleId> executorLost(ExecutorId executor);

    /** Executors that hold a large share of what a reduce partition reads, best first; empty when it does not matter. */
    List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition);
}
