package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.List;

/** Watches the scheduler: for progress bars, logs and the event log. Called on the loop; must not block; decides nothing. */
public interface SchedulerListener {
    default void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {}

    default void onJobEnded(JobId job, boolean succeeded, String message) {}

    default void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {}

    /**
     * Some partitions of a stage are far larger than the others and are computed in slices. Told once a stage, behind the
     * start of its first attempt, whose tasks include the slices.
     */
    default void onPartitionsSplit(StageAttempt stage, List<SplitRead> splits) {}

    /** Tasks of a stage ended; {@code running} counts those launched and not ended. */
    default void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {}

    default void onStageEnded(StageAttempt stage, boolean succeeded, String message) {}

    /** A map partition was computed again with other rows, and those who had read the old ones were taken back. */
    default void onContentChanged(ContentChange change) {}

    /** An executor gets no tasks for a while, since too many failed there, or on its host. */
    default void onExecutorExcluded(ExecutorId executor, String host) {}

    /**
     * Two executors cannot reach one another: the first gets no tasks for a while, as long as the other one lives, and what it
     * holds counts as lost.
     */
    default void onExecutorCutOff(ExecutorId executor, ExecutorId from) {}

    /** An executor is about to leave: it gets no more tasks. */
    default void onExecutorDraining(ExecutorId executor, String reason) {}

    /** Who holds the memory of an executor now. Told with its heartbeats. */
    default void onExecutorMemory(ExecutorId executor, MemoryLedger memory) {}

    default void onExecutorLost(ExecutorId executor, String reason) {}

    /**
     * A partition that is computed in slices.
     *
     * @param shuffle the input that is read in slices
     * @param slices  how many there are
     * @param bytes   what the partition reads from that input, within ten percent
     */
    record SplitRead(int partition, ShuffleId shuffle, int slices, long bytes) {}
}
