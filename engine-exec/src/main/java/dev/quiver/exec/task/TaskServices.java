package dev.quiver.exec.task;

import dev.quiver.StorageLevel;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.id.BlockId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CheckpointFile;
import dev.quiver.stage.MapRange;
import java.util.List;
import java.util.Optional;

/**
 * What a running task needs from the executor around it: the ports of this module. One object per task attempt; it
 * belongs to the task's thread.
 */
public interface TaskServices {
    /** What runs. */
    TaskAttempt attempt();

    /** True once the task was told to stop: long loops look at it between batches. */
    boolean isKilled();

    /**
     * The rows of one reduce partition.
     *
     * @param mapCount how many map outputs the shuffle has at least when it is complete
     * @param maps     the map outputs to read
     * @throws FetchFailure from here or from the source when a map output cannot be read
     */
    BatchSource readShuffle(ShuffleId shuffle, int mapCount, int reducePartition, MapRange maps) throws Exception;

    /** A writer for what this task contributes to a shuffle. */
    MapOutputWriter writeShuffle(ShuffleId shuffle, int reduceCount);

    /** A stored block: a cached partition or a slice of a collection, from here or from another process. */
    Optional<BatchSource> readBlock(BlockId block) throws Exception;

    /** A writer for a block that will be stored under the given level, or refused without harm when it does not fit. */
    BlockWriter writeBlock(BlockId block, StorageLevel level);

    /** Asks the driver whether this attempt may publish its output. At most one attempt of a partition may. */
    boolean requestCommit() throws Exception;

    /**
     * Memory for one operator of the task, none of it held yet.
     *
     * @param operator named as users know it, such as {@code groupByKey}; stands in messages
     * @return returned: the caller closes it; one that still holds bytes when the task ends is a leak, and told as one
     */
    OperatorMemory memory(String operator);

    /**
     * A place on disk for rows of one operator; a file is made when the first rows come.
     *
     * @return returned: the caller closes it; what is still open is closed with the task
     */
    SpillFile spill(String operator);

    /**
     * The rows of one partition of a checkpoint.
     *
     * @param folder absolute path of the checkpoint
     * @param files  of the partition, in order
     * @return returned: the caller closes it. It fails, naming the file, before a row of a file is given that is missing or
     *     not what was written
     */
    BatchSource readCheckpoint(String folder, List<CheckpointFile> files);

    /** Files for the rows of this task's partition in a checkpoint. @param folder absolute path; exists */
    CheckpointWriter writeCheckpoint(String folder);

    /**
     * Gives memory back that other tasks of the executor have a right to and wait for. Called often: where every operator of
     * the task stands between two batches, or in a call to the one that it reads from.
     */
    default void giveWay() {}

    /** Counts what the task reads and writes. */
    TaskCounters counters();
}
