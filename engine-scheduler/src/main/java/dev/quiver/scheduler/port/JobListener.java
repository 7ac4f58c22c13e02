package dev.quiver.scheduler.port;

import dev.quiver.task.TaskOutcome;
import java.util.List;
import java.util.Map;

/** Hears of one job. Called on the scheduler's loop; must not block. */
public interface JobListener {
    /**
     * A partition's result, told once.
     *
     * @param index position in the submitted partitions
     */
    void onResult(int index, TaskOutcome.Success result);

    /**
     * The result of a partition that was computed in slices, told once, in place of {@link #onResult}.
     *
     * @param index position in the submitted partitions
     * @param slices what the slices made, in their order; each carries what it added to accumulators
     */
    void onResult(int index, List<TaskOutcome.Success> slices);

    /**
     * What a map task of this job added to accumulators. Told once for each accepted map output, and for a stage that
     * jobs share to one of them only. Results of the job itself carry theirs in {@link #onResult}.
     *
     * @param accumulators by accumulator number, each value serialized
     */
    default void onAccumulators(Map<Long, byte[]> accumulators) {}

    /** The job is done: every partition was told. Called once, as the last call. */
    void onSucceeded();

    /**
     * The job failed or was cancelled. Called once, as the last call.
     *
     * @param message what, where and why, for a person
     * @param cause   the task failure that ended it, or null
     */
    void onFailed(String message, TaskOutcome.Failure cause);
}
