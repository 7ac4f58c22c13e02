package dev.quiver.runtime.executor;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ShuffleId;

/** Opens the reduce side of shuffles. Safe for use by many threads. */
interface ShuffleSources {
    /**
     * The rows of a reduce partition.
     *
     * @param epoch    locations of map outputs older than this are asked for again
     * @param counters told of the rows and bytes as they are read
     */
    BatchSource open(ShuffleId shuffle, int mapCount, int reducePartition, long epoch, TaskCounters counters)
            throws Exception;

    /** Nothing will read this shuffle any more. */
    void forget(ShuffleId shuffle);
}
