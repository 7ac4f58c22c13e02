package dev.quiver.engine;

import dev.quiver.Accumulator;
import dev.quiver.Broadcast;
import dev.quiver.JobChoice;
import dev.quiver.StageWait;
import dev.quiver.StoredDataset;
import dev.quiver.config.Config;
import dev.quiver.id.AccumulatorId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.StagePlan;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.List;
import java.util.Map;

/**
 * What runs the datasets of a session: the door between the API and whatever executes it. Safe for use by many threads.
 */
public interface Engine extends AutoCloseable {
    /** Name of the application. */
    String applicationId();

    Config config();

    /** How many partitions a dataset gets when nobody says. */
    int defaultParallelism();

    DatasetId newDatasetId();

    ShuffleId newShuffleId();

    /** Takes note of a new shuffle, so that its files can go when nothing can need them any more. */
    void track(ShuffleDependency shuffle);

    /**
     * Puts the rows of a driver-side collection where tasks can fetch them, one block per slice, for as long as the
     * dataset can be reached.
     */
    void offerSlices(Lineage dataset, List<? extends List<?>> slices);

    /** Takes note that partitions of this dataset will be kept: they go when nothing can reach it any more. */
    void persisted(Lineage dataset);

    /** Partitions of a dataset whose rows are kept nowhere, as far as the driver was told; ascending. */
    int[] partitionsNotKept(Lineage dataset);

    /**
     * Runs a job and waits for it.
     *
     * @throws dev.quiver.JobFailedException when it fails
     */
    <R> void run(JobRequest<R> job);

    /**
     * How a stage would run, one thing a line, for people; none where the engine cannot tell. Runs nothing.
     *
     * @param stage a stage as the scheduler would cut it
     */
    default List<String> describe(StagePlan stage) {
        return List.of();
    }

    /** What stages and tasks of the running jobs wait for now; empty where the engine cannot tell. */
    default List<StageWait> waits() {
        return List.of();
    }

    /** What is kept of the datasets that are to be kept, by number; empty where the engine cannot tell. */
    default List<StoredDataset> storage() {
        return List.of();
    }

    /**
     * Ends jobs.
     *
     * @param interrupt whether tasks that do not look whether they should stop are interrupted, and those deaf to that
     *                  cost their process
     * @return how many
     */
    default int cancel(JobChoice jobs, String reason, boolean interrupt) {
        return 0;
    }

    /** Names of the executors there are now; none where nobody can tell. */
    default List<String> executors() {
        return List.of();
    }

    /**
     * Has an executor leave: it gets no more tasks, others take what it holds, and it ends.
     *
     * @param executor its name
     * @param reason   for people
     * @return false when there is no executor of this name, or it is part of this process
     */
    default boolean decommission(String executor, String reason) {
        return false;
    }

    /**
     * Makes a value available to tasks.
     *
     * @param created the user's line, for messages about the value
     */
    BroadcastId offerBroadcast(Object value, CallSite created);

    /** Takes note of the handle of a broadcast: the value goes when nothing can reach the handle any more. */
    void track(Broadcast<?> broadcast);

    /** The value again, from what tasks would read. */
    Object readBroadcast(BroadcastId id);

    /** Drops the value on every executor; whoever needs it later fetches it again. */
    void unpersistBroadcast(BroadcastId id);

    /**
     * Drops the value everywhere; later uses fail.
     *
     * @param destroyed the user's line, for the message of a later use
     */
    void destroyBroadcast(BroadcastId id, CallSite destroyed);

    AccumulatorId newAccumulatorId();

    /** Sends what tasks add to this accumulator. */
    void register(Accumulator<?> accumulator);

    /** Drops the cached partitions of a dataset everywhere. */
    void unpersist(Lineage lineage);

    /** Who holds the memory of each executor, by its name; empty where the engine cannot tell. */
    default Map<String, MemoryLedger> memory() {
        return Map.of();
    }

    /** What all tasks that ended have cost, those of the jobs that returned included. */
    TaskMetrics metrics();

    /** Stops executors and frees everything. Closing twice is harmless. */
    @Override
    void close();
}
