package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.TaskOutcome.FetchFailed;

/**
 * Executors that cannot reach one another, though this driver hears of both. To compute again what one of them holds does
 * not help while it may be computed there again, so that in the end one of the two gets no more tasks, and what it holds
 * counts as lost: all the rest reach each other.
 */
final class CutOffs {
    private final ApplicationExclusions exclusions;
    private final TaskSets taskSets;
    private final Rollbacks rollbacks;
    private final Watch watch;

    CutOffs(ApplicationExclusions exclusions, TaskSets taskSets, Rollbacks rollbacks, Watch watch) {
        this.exclusions = exclusions;
        this.taskSets = taskSets;
        this.rollbacks = rollbacks;
        this.watch = watch;
    }

    /** A task could not read its input; also one of an attempt that was taken back, which is a witness like any other. */
    void fetchFailed(Stage stage, TaskSet set, Executor executor, FetchFailed failure) {
        ExecutorId holder = failure.holder();
        if (failure.mapPartition() >= 0 || holder == null || stage.state() instanceof StageState.Retired) {
            return;
        }
        Executor closed = exclusions.unreachable(set.attempt(), executor.id(), holder);
        if (closed != null) {
            ExecutorId other = closed == executor ? holder : executor.id();
            watch.onExecutorCutOff(closed.id(), other);
            // What made its attempts fail is mended. However many executors there are, they cannot all be excluded.
            stage.resetFetchFailedAttempts();
            taskSets.preferNoMore(closed.id());
            rollbacks.executorLost(closed.id());
        }
    }
}
