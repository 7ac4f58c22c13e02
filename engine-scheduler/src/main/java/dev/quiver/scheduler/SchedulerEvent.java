package dev.quiver.scheduler;

import dev.quiver.JobChoice;
import dev.quiver.engine.JobLabels;
import dev.quiver.engine.JobRequest;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.stage.Action;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.task.TaskEnd;
import java.util.List;
import java.util.function.Consumer;

/** Anything that can happen to the scheduler. Posted from any thread, handled on one. */
public sealed interface SchedulerEvent {
    void accept(Handler handler);

    /**
     * A user's action. {@code partitions} names each partition at most once; there may be none.
     *
     * @param pool   the pool it shares slots with; any name will do
     * @param labels its group and tags
     */
    record JobSubmitted(
            JobId job,
            Lineage lineage,
            int[] partitions,
            Action action,
            CallSite callSite,
            String pool,
            JobLabels labels,
            JobListener listener)
            implements SchedulerEvent {
        /** Without group and tags. */
        public JobSubmitted(
                JobId job,
                Lineage lineage,
                int[] partitions,
                Action action,
                CallSite callSite,
                String pool,
                JobListener listener) {
            this(job, lineage, partitions, action, callSite, pool, JobLabels.NONE, listener);
        }

        /** Of the usual pool. */
        public JobSubmitted(
                JobId job, Lineage lineage, int[] partitions, Action action, CallSite callSite, JobListener listener) {
            this(job, lineage, partitions, action, callSite, JobRequest.DEFAULT_POOL, listener);
        }

        @Override
        public void accept(Handler handler) {
            handler.onJobSubmitted(this);
        }
    }

    /** A user, or the end of the session, wants a job to stop. Unknown and ended jobs are ignored. */
    record JobCancelled(JobId job, String reason) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onJobCancelled(this);
        }
    }

    /**
     * A user wants some jobs to stop.
     *
     * @param interrupt whether tasks that do not stop by themselves are made to
     * @param reply     told on the loop how many there were
     */
    record JobsCancelled(JobChoice jobs, String reason, boolean interrupt, Consumer<Integer> reply)
            implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onJobsCancelled(this);
        }
    }

    /** An executor registered and takes tasks. */
    record ExecutorAdded(ExecutorId executor, String host, int slots) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onExecutorAdded(this);
        }
    }

    /** An executor is about to leave: it gets no more tasks, and is released when those it has are done. */
    record ExecutorDraining(ExecutorId executor, String reason) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onExecutorDraining(this);
        }
    }

    /**
     * An executor is gone, with what it held. Posted once per incarnation.
     *
     * @param causedByTask whether the process ended by something a task did, so that the tasks it ran are charged
     */
    record ExecutorLost(ExecutorId executor, String reason, boolean causedByTask) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onExecutorLost(this);
        }
    }

    /** Tasks of one stage attempt ended on an executor. */
    record TasksEnded(ExecutorId executor, StageAttempt stage, List<TaskEnd> ends) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onTasksEnded(this);
        }
    }

    /** A task asks whether it may publish its output; {@code reply} is told on the loop, after the grant is journaled. */
    record CommitRequested(ExecutorId executor, TaskAttempt task, Consumer<Boolean> reply) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onCommitRequested(this);
        }
    }

    /**
     * A task of a barrier stage waits for the others; {@code reply} is told on the loop. It may come again with the same
     * round.
     *
     * @param round   how often it has met the others before; negative to ask who they are, which is answered at once
     * @param call    what all must call
     * @param message what it brings along
     */
    record BarrierReached(
            ExecutorId executor,
            TaskAttempt task,
            int round,
            String call,
            String message,
            Consumer<BarrierAnswer> reply)
            implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onBarrierReached(this);
        }
    }

    /** The tasks of a barrier stage have waited long enough for the last. Posted by the scheduler's own timer. */
    record BarrierDue(StageAttempt stage, int round) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onBarrierDue(this);
        }
    }

    /** Barrier stages have waited long enough for slots there are not. Posted by the scheduler's own timer. */
    record TooFewSlotsDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onTooFewSlotsDue(this);
        }
    }

    /**
     * An executor has taken map outputs over from another, or has not.
     *
     * @param number  of the move
     * @param to      who tells
     * @param problem why nothing was taken; empty when all was
     */
    record OutputsMoved(long number, ExecutorId to, String problem) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onOutputsMoved(this);
        }
    }

    /** Cached partitions of an executor that is about to leave were copied to others, or could not be. */
    record HandoverProgressed(ExecutorId executor) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onHandoverProgressed(this);
        }
    }

    /** An executor that is about to leave has handed over for long enough. Posted by the scheduler's own timer. */
    record HandoverDue(ExecutorId executor) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onHandoverDue(this);
        }
    }

    /** Nothing can read a shuffle any more: what was remembered of it is dropped. */
    record ShuffleForgotten(ShuffleId shuffle) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onShuffleForgotten(this);
        }
    }

    /** The cached partitions of a dataset were dropped, and perhaps nobody can read it any more. */
    record DatasetForgotten(DatasetId dataset) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onDatasetForgotten(this);
        }
    }

    /** Why the cluster has not given the executors it was asked for, in its own words; empty when it has. */
    record ClusterWaits(String reason) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onClusterWaits(this);
        }
    }

    /** The cluster backend gives up: no executor is left and none will come. All jobs fail with this reason. */
    record ClusterFailed(String reason) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onClusterFailed(this);
        }
    }

    /** Stages that lost map outputs are due to be submitted again. Posted by the scheduler's own timer. */
    record ResubmitDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onResubmitDue(this);
        }
    }

    /** A stage has waited long enough for executors near its data. Posted by the scheduler's own timer. */
    record LocalityDue(StageId stage) implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onLocalityDue(this);
        }
    }

    /** Time to look whether executors are to be added, or to go. Posted by the scheduler's own timer. */
    record AllocationDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onAllocationDue(this);
        }
    }

    /** Time to look for slow tasks. Posted by the scheduler's own timer. */
    record SpeculationDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onSpeculationDue(this);
        }
    }

    /** Exclusions have lasted long enough. Posted by the scheduler's own timer. */
    record ExclusionDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onExclusionDue(this);
        }
    }

    /** Tasks that may run nowhere have waited long enough. Posted by the scheduler's own timer. */
    record StuckDue() implements SchedulerEvent {
        @Override
        public void accept(Handler handler) {
            handler.onStuckDue(this);
        }
    }

    /** One method per event, so that a new event does not compile until every handler answers it. */
    interface Handler {
        void onJobSubmitted(JobSubmitted event);

        void onJobCancelled(JobCancelled event);

        void onExecutorAdded(ExecutorAdded event);

        void onExecutorDraining(ExecutorDraining event);

        void onExecutorLost(ExecutorLost event);

        void onTasksEnded(TasksEnded event);

        void onCommitRequested(CommitRequested event);

        void onJobsCancelled(JobsCancelled event);

        void onBarrierReached(BarrierReached event);

        void onBarrierDue(BarrierDue event);

        void onTooFewSlotsDue(TooFewSlotsDue event);

        void onOutputsMoved(OutputsMoved event);

        void onHandoverProgressed(HandoverProgressed event);

        void onHandoverDue(HandoverDue event);

        void onShuffleForgotten(ShuffleForgotten event);

        void onDatasetForgotten(DatasetForgotten event);

        void onClusterWaits(ClusterWaits event);

        void onClusterFailed(ClusterFailed event);

        void onResubmitDue(ResubmitDue event);

        void onLocalityDue(LocalityDue event);

        void onAllocationDue(AllocationDue event);

        void onSpeculationDue(SpeculationDue event);

        void onExclusionDue(ExclusionDue event);

        void onStuckDue(StuckDue event);
    }
}
