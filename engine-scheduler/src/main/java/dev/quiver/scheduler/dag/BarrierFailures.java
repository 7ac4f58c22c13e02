package dev.quiver.scheduler.dag;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.task.TaskTry;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskOutcome.Failure;
import dev.quiver.task.TaskOutcome.FetchFailed;

/**
 * What the failure of one task means where all run together: all run again, once for each attempt of the stage, and nothing
 * that the attempt did counts. Where a result has been told already, the job fails: the results of two attempts do not
 * belong together.
 */
final class BarrierFailures {
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final int taskMaxFailures;

    BarrierFailures(DagScheduler dag, Rollbacks rollbacks, int taskMaxFailures) {
        this.dag = dag;
        this.rollbacks = rollbacks;
        this.taskMaxFailures = taskMaxFailures;
    }

    /** A task of the running attempt failed. */
    void failed(Stage stage, TaskTry task, Executor executor, Failure failure, boolean charged) {
        if (failure instanceof FetchFailed fetchFailed && !rollbacks.isElsewhere(fetchFailed)) {
            rollbacks.fetchFailed(stage, fetchFailed);
            return;
        }
        if (charged) {
            int failures = stage.countFailure(task.partition());
            boolean hopeless = failure instanceof TaskOutcome.Threw threw && !threw.retry();
            if (hopeless || failures >= taskMaxFailures) {
                String why =
                        FailureText.ofTask(stage, task.partition(), task.attempt(), failures, executor.id(), failure);
                dag.jobs().failAllOf(stage, why, failure);
                return;
            }
        }
        rollbacks.rollBack(
                stage,
                "task " + task.partition() + ", which runs together with all others, failed: " + failure.message());
    }
}
