package dev.quiver.scheduler.port;

import dev.quiver.id.ShuffleId;

/** How large the map outputs of a shuffle are, within ten percent. Called on the scheduler's loop. */
public interface ShuffleSizes {
    /** Bytes that each reduce partition reads from the outputs that are there. */
    long[] bytesByPartition(ShuffleId shuffle);

    /** Bytes that one reduce partition reads from each map output. */
    long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition);
}
