package dev.quiver.scheduler;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.dag.DagScheduler;
import dev.quiver.scheduler.dag.Rollbacks;
import dev.quiver.scheduler.dag.StuckTasks;
import dev.quiver.scheduler.dag.TaskEnds;
import dev.quiver.scheduler.dag.Watch;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.handover.Departures;
import dev.quiver.scheduler.place.Placement;
import dev.quiver.scheduler.task.TaskSets;

/** Executors that come, are about to leave, and are gone: who hears of it, and in which order. */
final class Membership {
    private final Executors executors;
    private final TaskSets taskSets;
    private final ApplicationExclusions exclusions;
    private final Departures departures;
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final TaskEnds taskEnds;
    private final StuckTasks stuck;
    private final Placement placement;
    private final Watch watch;

    Membership(
            Executors executors,
            TaskSets taskSets,
            ApplicationExclusions exclusions,
            Departures departures,
            DagScheduler dag,
            Rollbacks rollbacks,
            TaskEnds taskEnds,
            StuckTasks stuck,
            Placement placement,
            Watch watch) {
        this.executors = executors;
        this.taskSets = taskSets;
        this.exclusions = exclusions;
        this.departures = departures;
        this.dag = dag;
        this.rollbacks = rollbacks;
        this.taskEnds = taskEnds;
        this.stuck = stuck;
        this.placement = placement;
        this.watch = watch;
    }

    /** An executor registered; an older incarnation of it that seems to live is lost by that. */
    void add(ExecutorId id, String host, int slots) {
        ExecutorId older = executors.olderThan(id);
        if (older != null) {
            lose(older, "replaced by executor " + id, false);
        }
        if (executors.add(id, host, slots)) {
            exclusions.added(executors.find(id));
            stuck.touch();
            dag.jobs().clusterRecovered();
            departures.settleAll();
            placement.touchAll();
        }
    }

    /** An executor is to leave: it gets no more tasks. Nothing changes when it is leaving, or gone, already. */
    void drain(ExecutorId id, String reason) {
        Executor executor = executors.find(id);
        if (executor != null && departures.begin(executor, reason)) {
            watch.onExecutorDraining(id, reason);
            exclusions.leaves(id);
            if (exclusions.takeReopened()) {
                placement.touchAll();
            }
            taskSets.preferNoMore(id);
            stuck.touch();
            departures.settle(executor);
        }
    }

    /** An executor is gone. Nothing changes when that is known. */
    void lose(ExecutorId id, String reason, boolean causedByTask) {
        Executor executor = executors.remove(id);
        if (executor != null) {
            watch.onExecutorLost(id, reason);
            exclusions.lost(id);
            departures.lost(id);
            stuck.touch();
            // Its tasks first: what rolls their stage back must not spare the one that is to blame.
            taskEnds.executorLost(executor, reason, causedByTask && !executor.isDraining());
            rollbacks.executorLost(id);
            placement.touchAll();
        }
    }
}
