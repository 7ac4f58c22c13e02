package dev.quiver.scheduler.port;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskRange;
import java.util.List;

/** Tells executors what to run. Called on the scheduler's loop; never blocks; what cannot be sent ends as a lost executor. */
public interface TaskLauncher {
    /**
     * Queues tasks on an executor. The plan is the same object for every launch of a stage attempt; the launcher sees to
     * it that each executor gets it once.
     *
     * @param layout what each of the tasks computes
     */
    void launch(ExecutorId executor, StageAttempt stage, StagePlan plan, TaskLayout layout, List<TaskRange> tasks);

    /** Stops tasks of a stage attempt on an executor, queued and running ones; their ends are still reported. */
    void cancel(ExecutorId executor, StageAttempt stage, String reason);

    /**
     * As {@link #cancel(ExecutorId, StageAttempt, String)}.
     *
     * @param interrupt whether running ones that do not stop by themselves are made to
     */
    default void cancel(ExecutorId executor, StageAttempt stage, String reason, boolean interrupt) {
        cancel(executor, stage, reason);
    }

    /**
     * Stops one task, queued or running; its end is still reported. It may run on where it cannot be stopped: its end
     * counts for nothing.
     */
    default void cancel(ExecutorId executor, TaskAttempt task, String reason) {}

    /** Nothing of this stage attempt will be launched any more: its plan can be forgotten everywhere. */
    void stageEnded(StageAttempt stage);
}
