package dev.quiver.scheduler;

import dev.quiver.scheduler.barrier.Meetings;
import dev.quiver.scheduler.dag.TaskEnds;
import dev.quiver.scheduler.dag.Watch;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.handover.Departures;
import dev.quiver.scheduler.place.Placement;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.MetricsSum;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;

/** What executors report: one task after the other, and then who must hear of all of them together. */
final class Reports {
    private final Executors executors;
    private final TaskSets taskSets;
    private final TaskEnds taskEnds;
    private final ApplicationExclusions exclusions;
    private final Meetings meetings;
    private final Placement placement;
    private final Departures departures;
    private final Watch watch;

    Reports(
            Executors executors,
            TaskSets taskSets,
            TaskEnds taskEnds,
            ApplicationExclusions exclusions,
            Meetings meetings,
            Placement placement,
            Departures departures,
            Watch watch) {
        this.executors = executors;
        this.taskSets = taskSets;
        this.taskEnds = taskEnds;
        this.exclusions = exclusions;
        this.meetings = meetings;
        this.placement = placement;
        this.departures = departures;
        this.watch = watch;
    }

    /** Tasks of one stage attempt ended. An executor or attempt that nobody knows any more changes nothing. */
    void tasksEnded(SchedulerEvent.TasksEnded event) {
        Executor executor = executors.find(event.executor());
        TaskSet set = taskSets.find(event.stage());
        if (executor == null || set == null) {
            return;
        }
        int succeeded = 0;
        int failed = 0;
        boolean ended = false;
        MetricsSum metrics = new MetricsSum();
        for (TaskEnd end : event.ends()) {
            // Of two tries of a task one is in vain: that is neither a success nor a failure.
            boolean needed = set.needs(end.partition());
            if (taskEnds.ended(set, executor, end)) {
                boolean success = end.outcome() instanceof TaskOutcome.Success;
                succeeded += success && needed ? 1 : 0;
                if (set.isBarrier() && !set.isRetired()) {
                    meetings.taskEnded(set);
                }
                failed += success || !needed ? 0 : 1;
                metrics.add(end.metrics());
                ended = true;
            }
        }
        if (exclusions.takeReopened()) {
            placement.touchAll();
        }
        if (ended) {
            placement.touch(executor);
            departures.settle(executor);
            watch.onTasksEnded(event.stage(), succeeded, failed, set.heldCount(), metrics.total());
        }
    }
}
