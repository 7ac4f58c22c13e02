package dev.quiver.shuffle.storage;

import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.chunk.WantedVersions;
import java.io.IOException;

/**
 * Where the map outputs of an application live, as one of its executors sees it: a port. An implementation decides where
 * rows are put, when they are safe, and which of them a process can read without asking another; what it does not reach is
 * fetched from the executor that wrote it. Whatever it does, a version is visible once its writer has committed, whole,
 * and not before. Safe for many threads.
 */
public interface ShuffleStorage extends AutoCloseable {
    /**
     * Whether committed map outputs outlive their executor, and even its machine where the storage does. Then the loss of
     * an executor drops none of them, and {@link #reaches} is true of lost executors too.
     */
    boolean isReliable();

    /** Whether this process reads the map outputs of an executor itself. */
    boolean reaches(ExecutorId holder);

    /**
     * A writer for what a map task contributes. Belongs to the task's thread, which closes it.
     *
     * @param task        the attempt; its stage epoch, partition and attempt number become the version of the output
     * @param reduceCount reduce partitions of the shuffle, the same for every map task
     * @param counters    of the task: told at the commit what was written
     * @throws IllegalStateException if the storage is closed, or the shuffle was removed
     */
    MapOutputWriter writer(TaskAttempt task, ShuffleId shuffle, int reduceCount, TaskCounters counters);

    /**
     * Opens what is reached of one reduce partition.
     *
     * @param wanted versions of executors that are reached
     * @return the rows of those that are committed, none for a shuffle that is unknown; returned: the caller closes it
     * @throws MapOutputUnreadable if one is there and cannot be read
     */
    StoredRows read(ShuffleId shuffle, int reducePartition, WantedVersions wanted) throws IOException;

    /** Forgets a shuffle, for good. Harmless when it is unknown. */
    void remove(ShuffleId shuffle) throws IOException;

    /** Lets go of everything; what is not reliable is deleted. Closing twice is harmless. */
    @Override
    void close() throws IOException;
}
