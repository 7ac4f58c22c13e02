package dev.quiver.scheduler.dag;

import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.scheduler.task.TaskTry;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskOutcome.Failure;
import dev.quiver.task.TaskOutcome.FetchFailed;
import dev.quiver.task.TaskOutcome.Success;
import dev.quiver.task.TaskOutcome.Wrote;
import dev.quiver.task.TaskRange;
import java.util.List;

/**
 * What the end of a task means. Only an attempt that its executor holds can end. A failure counts for the running
 * attempt of its stage alone; a success counts for its partition, also when the stage has been rolled back since,
 * unless that partition is done already, or rows the task may have read have been replaced by others.
 */
public final class TaskEnds {
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final StageGraph graph;
    private final TaskSets taskSets;
    private final MapOutputs outputs;
    private final CommitCoordinator commits;
    private final Contents contents;
    private final ContentChanges changes;
    private final StuckTasks stuck;
    private final BarrierFailures barriers;
    private final CutOffs cutOffs;
    private final TaskLauncher launcher;
    private final int taskMaxFailures;
    private final long mostResultBytes;

    public TaskEnds(
            DagScheduler dag,
            Rollbacks rollbacks,
            StageGraph graph,
            TaskSets taskSets,
            CommitCoordinator commits,
            Contents contents,
            ContentChanges changes,
            StuckTasks stuck,
            ApplicationExclusions exclusions,
            Ports ports) {
        this.dag = dag;
        this.rollbacks = rollbacks;
        this.graph = graph;
        this.taskSets = taskSets;
        this.outputs = ports.outputs();
        this.commits = commits;
        this.contents = contents;
        this.changes = changes;
        this.stuck = stuck;
        this.launcher = ports.launcher();
        this.taskMaxFailures = ports.settings().taskMaxFailures();
        this.barriers = new BarrierFailures(dag, rollbacks, taskMaxFailures);
        this.cutOffs = new CutOffs(exclusions, taskSets, rollbacks, ports.watch());
        this.mostResultBytes = ports.settings().policies().resultBytes();
    }

    /** One task ended; false, and nothing changes, when the report is stale. */
    public boolean ended(TaskSet set, Executor executor, TaskEnd end) {
        if (!set.end(executor.id(), end.partition(), end.attempt())) {
            return false;
        }
        executor.release(1);
        commits.ended(new TaskAttempt(set.attempt(), end.partition(), end.attempt()));
        Stage stage = graph.find(set.attempt().stage());
        if (stage != null) {
            try {
                if (end.outcome() instanceof Success success) {
                    set.measured(end.metrics().runNanos());
                    stage.forgetFailures(end.partition());
                    succeeded(stage, set, executor, end.partition(), success);
                } else if (end.outcome() instanceof Failure failure) {
                    TaskTry task = new TaskTry(executor.id(), end.partition(), end.attempt());
                    failed(stage, set, task, executor, failure, failure.counts());
                    if (failure instanceof FetchFailed fetchFailed) {
                        cutOffs.fetchFailed(stage, set, executor, fetchFailed);
                    }
                }
            } catch (RuntimeException bug) {
                String why = "the end of a task of " + stage.describe() + " could not be handled: " + bug;
                dag.jobs().failAllOf(stage, why, null);
            }
        }
        taskSets.forgetIfOver(set);
        return true;
    }

    /**
     * An executor is gone. When a task is to blame, those that ran are charged: the first ones it was given, one per
     * slot. Those behind them had not begun.
     */
    public void executorLost(Executor executor, String reason, boolean causedByTask) {
        for (TaskSet set : taskSets.all()) {
            List<TaskTry> lost = set.loseExecutor(executor.id());
            for (int position = 0; position < lost.size(); position++) {
                TaskTry task = lost.get(position);
                commits.ended(new TaskAttempt(set.attempt(), task.partition(), task.attempt()));
                Stage stage = graph.find(set.attempt().stage());
                if (stage != null) {
                    boolean charged = causedByTask && position < executor.slots();
                    Failure failure =
                            new TaskOutcome.ExecutorGone("executor " + executor.id() + " is lost: " + reason, charged);
                    failed(stage, set, task, executor, failure, charged);
                }
            }
            taskSets.forgetIfOver(set);
        }
    }

    /** Tasks that were placed never left the driver: their executor does not hold them. */
    public void notLaunched(TaskSet set, Executor executor, List<TaskRange> ranges) {
        for (TaskRange range : ranges) {
            for (int partition = range.first(); partition < range.end(); partition++) {
                if (set.end(executor.id(), partition, range.attempt())) {
                    executor.release(1);
                }
            }
        }
        taskSets.forgetIfOver(set);
    }

    private void succeeded(Stage stage, TaskSet set, Executor executor, int partition, Success success) {
        if (set.isRetired() && isOutdated(stage, set)) {
            release(stage, partition);
        } else if (stage instanceof MapStage map) {
            mapSucceeded(map, executor, partition, success);
        } else if (stage instanceof ResultStage result && result.isMissing(partition)) {
            resultSucceeded(result, set, partition, success);
        }
    }

    /** Whether what an attempt makes that was taken back does not count: with others, or of other rows, it is not whole. */
    private boolean isOutdated(Stage stage, TaskSet set) {
        return stage.isBarrier() || stage.readsChangedSince(set.assignment().moment(), contents);
    }

    /** A job hears of a partition when all of it is there. */
    private void resultSucceeded(ResultStage stage, TaskSet set, int task, Success success) {
        long bytes = stage.countBytes(success);
        if (bytes > mostResultBytes) {
            dag.jobs().failAllOf(stage, FailureText.ofResults(stage, bytes, mostResultBytes), null);
            return;
        }
        if (stage.running() != null) {
            finish(stage.running(), task);
        }
        List<Success> results = stage.finish(task, success);
        int index = stage.index(stage.layout().partition(task));
        if (results.size() == 1) {
            dag.jobs().tell(set.job(), listener -> listener.onResult(index, success));
        } else if (!results.isEmpty()) {
            dag.jobs().tell(set.job(), listener -> listener.onResult(index, results));
        }
        if (stage.isNeeded() && stage.missingCount() == 0) {
            dag.resultsComplete(stage);
        }
    }

    private void mapSucceeded(MapStage stage, Executor executor, int partition, Success success) {
        if (!(success instanceof Wrote wrote)
                || !wrote.output().shuffle().equals(stage.shuffle().id())
                || wrote.output().mapPartition() != partition) {
            throw new IllegalStateException("task " + partition + " reported " + success);
        }
        TaskSet running = stage.running();
        boolean wanted = running != null
                ? running.needs(partition)
                : stage.missingTasks(outputs).get(partition);
        if (!wanted) {
            return;
        }
        outputs.add(executor.id(), wrote.output());
        if (!wrote.accumulators().isEmpty()) {
            // Jobs that share the stage share the accumulators too: told to one, they count once.
            dag.jobs().tell(stage.jobs().get(0), listener -> listener.onAccumulators(wrote.accumulators()));
        }
        if (running != null) {
            finish(running, partition);
        }
        changes.registered(stage, wrote.output());
        dag.progressed(stage);
    }

    /** A partition is done: other tries of it, if some run, are in vain. */
    private void finish(TaskSet running, int partition) {
        running.finish(partition);
        if (!running.copies().any()) {
            return;
        }
        for (TaskTry loser : running.copies().of(partition)) {
            TaskAttempt attempt = new TaskAttempt(running.attempt(), partition, loser.attempt());
            launcher.cancel(loser.executor(), attempt, "another try of this task has succeeded");
        }
    }

    /** An attempt of a retired set ended for nothing: what waited for it need not wait any more, unless another may publish. */
    private void release(Stage stage, int partition) {
        if (stage.running() != null && !commits.isGranted(stage.id(), partition)) {
            stage.running().release(partition);
            stuck.touch();
        }
    }

    private void failed(Stage stage, TaskSet set, TaskTry task, Executor executor, Failure failure, boolean charged) {
        int partition = task.partition();
        if (set.isRetired()) {
            release(stage, partition);
            return;
        }
        if (!set.needs(partition)) {
            return;
        }
        if (stage.isBarrier()) {
            barriers.failed(stage, task, executor, failure, charged);
            return;
        }
        if (failure instanceof FetchFailed fetchFailed && rollbacks.isElsewhere(fetchFailed)) {
            set.requeue(partition, null);
            return;
        }
        if (failure instanceof FetchFailed fetchFailed) {
            rollbacks.fetchFailed(stage, fetchFailed);
            return;
        }
        // It waits again, whoever is to blame: perhaps there is nowhere left for it by now.
        stuck.touch();
        if (charged) {
            set.failedOn(partition, executor);
            int failures = stage.countFailure(partition);
            boolean hopeless = failure instanceof TaskOutcome.Threw threw && !threw.retry();
            if (hopeless || failures >= taskMaxFailures) {
                String why = FailureText.ofTask(stage, partition, task.attempt(), failures, executor.id(), failure);
                dag.jobs().failAllOf(stage, why, failure);
                return;
            }
        }
        if (failure instanceof TaskOutcome.OutOfMemory) {
            set.requeueAlone(partition);
        } else {
            set.requeue(partition, charged ? executor.id() : null);
        }
    }
}
