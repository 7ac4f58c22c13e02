package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one, and the log among them. Belongs to the driver's loop. */
final class Listeners implements SchedulerListener {
    private static final Logger LOG = LoggerFactory.getLogger("dev.quiver.jobs");

    private final List<SchedulerListener> listeners;
    private TaskMetrics total = TaskMetrics.ZERO;

    Listeners(List<SchedulerListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** What all tasks that ended cost. */
    TaskMetrics total() {
        return total;
    }

    private void each(Consumer<SchedulerListener> call) {
        listeners.forEach(call);
    }

    @Override
    public void onJobStarted(JobId job, CallSite callSite, int stages, int skippedStages) {
        LOG.info("job={} started: {}, {} stages, {} skipped", job, callSite, stages, skippedStages);
        each(listener -> listener.onJobStarted(job, callSite, stages, skippedStages));
    }

    @Override
    public void onJobEnded(JobId job, boolean succeeded, String message) {
        LOG.info("job={} {}", job, succeeded ? "succeeded" : "failed: " + message);
        each(listener -> listener.onJobEnded(job, succeeded, message));
    }

    @Override
    public void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {
        LOG.info("job={} stage={} started: {}, {} tasks", job, stage, callSite, tasks);
        each(listener -> listener.onStageStarted(job, stage, callSite, tasks));
    }

    @Override
    public void onPartitionsSplit(StageAttempt stage, List<SplitRead> splits) {
        LOG.info("stage={} reads {} partitions in slices: {}", stage, splits.size(), splits);
        each(listener -> listener.onPartitionsSplit(stage, splits));
    }

    @Override
    public void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {
        total = total.plus(metrics);
        each(listener -> listener.onTasksEnded(stage, succeeded, failed, running, metrics));
    }

    @Override
    public void onStageEnded(StageAttempt stage, boolean succeeded, String message) {
        LOG.info("stage={} {}", stage, succeeded ? "ended" : "failed: " + message);
        each(listener -> listener.onStageEnded(stage, succeeded, message));
    }

    @Override
    public void onContentChanged(ContentChange change) {
        LOG.warn(
                "shuffle={} map={} of stage={} came out with other rows when it was computed again (content checksum"
                        + " {}, before {}); started over: stages {}; failed, having delivered: stages {}",
                change.shuffle(),
                change.mapPartition(),
                change.writer(),
                Long.toHexString(change.after()),
                Long.toHexString(change.before()),
                change.startedOver(),
                change.failed());
        each(listener -> listener.onContentChanged(change));
    }

    @Override
    public void onExecutorExcluded(ExecutorId executor, String host) {
        LOG.warn("executor={} host={} gets no tasks for a while: too many failed there", executor, host);
        each(listener -> listener.onExecutorExcluded(executor, host));
    }

    @Override
    public void onExecutorCutOff(ExecutorId executor, ExecutorId from) {
        LOG.warn(
                "executor={} gets no tasks for a while: it and executor={} cannot reach one another, in two attempts"
                    + " of a stage. What it holds is computed again elsewhere. Look into the network between the two",
                executor,
                from);
        each(listener -> listener.onExecutorCutOff(executor, from));
    }

    @Override
    public void onExecutorDraining(ExecutorId executor, String reason) {
        LOG.info("executor={} gets no more tasks: {}", executor, reason);
        each(listener -> listener.onExecutorDraining(executor, reason));
    }

    @Override
    public void onExecutorMemory(ExecutorId executor, MemoryLedger memory) {
        LOG.debug("executor={} memory: {}", executor, memory);
        each(listener -> listener.onExecutorMemory(executor, memory));
    }

    @Override
    public void onExecutorLost(ExecutorId executor, String reason) {
        each(listener -> listener.onExecutorLost(executor, reason));
    }
}
