package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerEvent.CommitRequested;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.io.IOException;

/** Tasks that ask whether they may publish: only one that runs may, and whose partition is needed. */
public final class CommitRequests {
    private final DagScheduler dag;
    private final TaskSets taskSets;
    private final Executors executors;
    private final CommitCoordinator commits;

    public CommitRequests(DagScheduler dag, TaskSets taskSets, Executors executors, CommitCoordinator commits) {
        this.dag = dag;
        this.taskSets = taskSets;
        this.executors = executors;
        this.commits = commits;
    }

    /** Answers one; the jobs of a stage whose task cannot be answered fail. */
    public void answer(CommitRequested request) {
        boolean granted = mayCommit(request.executor(), request.task());
        try {
            request.reply().accept(granted);
        } catch (RuntimeException failure) {
            dag.jobs().failAllOf(request.task().stage(), "asked for a commit and could not be answered: " + failure);
        }
    }

    private boolean mayCommit(ExecutorId executor, TaskAttempt task) {
        TaskSet set = taskSets.find(task.stage());
        boolean running = executors.isAlive(executor)
                && set != null
                && set.needs(task.partition())
                && set.holds(executor, task.partition(), task.attempt());
        try {
            return running && commits.request(executor, task);
        } catch (IOException | RuntimeException failure) {
            dag.jobs()
                    .failAllOf(
                            task.stage(),
                            "asked for a commit that could not be journaled, so task " + task.partition()
                                    + " publishes nothing: " + failure + ". Check the disk that holds the journal");
            return false;
        }
    }
}
