package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.TaskMetrics;
import java.util.List;

/** Tells the listener what happens, and lets nothing it throws decide anything: its failures are only counted. */
public final class Watch implements SchedulerListener {
    private final SchedulerListener listener;
    private long failures;

    public Watch(SchedulerListener listener) {
        this.listener = listener;
    }

    /** How often the listener threw. */
    public long failures() {
        return failures;
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | AssertionError | LinkageError failure) {
            failures++;
        }
    }

    @Override
    public void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {
        tell(() -> listener.onJobStarted(job, callSite, stages, skippedStages));
    }

    @Override
    public void onJobEnded(JobId job, boolean succeeded, String message) {
        tell(() -> listener.onJobEnded(job, succeeded, message));
    }

    @Override
    public void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {
        tell(() -> listener.onStageStarted(job, stage, callSite, tasks));
    }

    @Override
    public void onPartitionsSplit(StageAttempt stage, List<SplitRead> splits) {
        tell(() -> listener.onPartitionsSplit(stage, splits));
    }

    @Override
    public void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {
        tell(() -> listener.onTasksEnded(stage, succeeded, failed, running, metrics));
    }

    @Override
    public void onStageEnded(StageAttempt stage, boolean succeeded, String message) {
        tell(() -> listener.onStageEnded(stage, succeeded, message));
    }

    @Override
    public void onContentChanged(ContentChange change) {
        tell(() -> listener.onContentChanged(change));
    }

    @Override
    public void onExecutorExcluded(ExecutorId executor, String host) {
        tell(() -> listener.onExecutorExcluded(executor, host));
    }

    @Override
    public void onExecutorCutOff(ExecutorId executor, ExecutorId from) {
        tell(() -> listener.onExecutorCutOff(executor, from));
    }

    @Override
    public void onExecutorDraining(ExecutorId executor, String reason) {
        tell(() -> listener.onExecutorDraining(executor, reason));
    }

    @Override
    public void onExecutorLost(ExecutorId executor, String reason) {
        tell(() -> listener.onExecutorLost(executor, reason));
    }
}
