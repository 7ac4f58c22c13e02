package dev.quiver.scheduler.port;

import dev.quiver.task.TaskOutcome;

/** Hears of one job. Called on the scheduler's loop; must not block. */
public interface JobListener {
    /**
     * A partition's result, told once.
     *
     * @param index position in the submitted partitions
     */
    void onResult(int index, TaskOutcome.Success result);

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
