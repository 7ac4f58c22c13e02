package dev.quiver.scheduler.waiting;

import dev.quiver.StageWait.Reason;
import dev.quiver.scheduler.allocate.Allocation;
import dev.quiver.scheduler.dag.StuckTasks;
import dev.quiver.scheduler.dag.TooFewSlots;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.pool.Turns;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.util.Map;
import java.util.stream.Collectors;

/** Why the pending tasks of a set have no slot. */
public final class SlotWaits {
    private final Executors executors;
    private final TaskSets taskSets;
    private final Turns turns;
    private final ApplicationExclusions exclusions;
    private final StuckTasks stuck;
    private final TooFewSlots tooFewSlots;
    private final Allocation allocation;

    /** Why the cluster gives no more executors; empty when nothing is known. */
    private String cluster = "";

    public SlotWaits(
            Executors executors,
            TaskSets taskSets,
            Turns turns,
            ApplicationExclusions exclusions,
            StuckTasks stuck,
            TooFewSlots tooFewSlots,
            Allocation allocation) {
        this.executors = executors;
        this.taskSets = taskSets;
        this.turns = turns;
        this.exclusions = exclusions;
        this.stuck = stuck;
        this.tooFewSlots = tooFewSlots;
        this.allocation = allocation;
    }

    /** The cluster says why it has not given the executors it was asked for; empty when it has. */
    public void clusterSays(String reason) {
        cluster = reason;
    }

    private String withCluster(String detail) {
        return cluster.isEmpty() ? detail : detail + "; the cluster says: " + cluster;
    }

    /** @param set one with pending tasks */
    Cause cause(TaskSet set) {
        if (executors.stayingCount() == 0) {
            String leaving =
                    executors.count() == 0 ? "an executor: there is none" : "an executor: all are about to leave";
            return new Cause(Reason.EXECUTORS, withCluster(leaving), allocation.nextNanos());
        }
        if (set.isBarrier()) {
            int tasks = set.queue().count();
            Long deadline = tooFewSlots.deadlineNanos(set);
            return deadline == null
                    ? new Cause(
                            Reason.TOGETHER,
                            tasks + " slots at once, of which there are " + executors.openSlots()
                                    + ": nothing else begins before",
                            allocation.nextNanos())
                    : new Cause(
                            Reason.TOGETHER,
                            tasks + " slots at once, of which there are " + executors.openSlots()
                                    + ": else the job fails",
                            deadline);
        }
        TaskSet gathering = taskSets.firstGathering(executors.openSlots());
        if (gathering != null) {
            return new Cause(
                    Reason.TOGETHER,
                    "the " + gathering.queue().count() + " tasks of stage "
                            + gathering.attempt().stage() + ", which begin together: nothing else begins before",
                    allocation.nextNanos());
        }
        Long deadline = stuck.deadlineNanos(set);
        if (deadline != null) {
            return new Cause(Reason.EXCLUSION, "an executor that is not excluded: else the job fails", deadline);
        }
        int free = 0;
        int allowed = 0;
        for (Executor executor : executors.all()) {
            if (executor.isOpen() && executor.freeSlots() > 0) {
                free += executor.freeSlots();
                allowed += set.exclusions().forbids(executor) ? 0 : executor.freeSlots();
            }
        }
        if (allowed > 0 && set.patience().isWaiting()) {
            return new Cause(
                    Reason.LOCALITY,
                    "an executor that holds their data, or on which they have not failed; " + allowed
                            + " slots are free elsewhere",
                    set.patience().dueNanos());
        }
        if (free > 0 || executors.openCount() == 0) {
            return new Cause(Reason.EXCLUSION, "an executor on which they may run", firstReturnNanos());
        }
        return busy(set);
    }

    /** Of tasks that ran out of memory beside others. */
    Cause aloneCause() {
        String detail = "an executor that runs nothing else: it ran out of memory beside others";
        return new Cause(Reason.OWN_EXECUTOR, detail, executors.count() == 0 ? allocation.nextNanos() : null);
    }

    private Cause busy(TaskSet set) {
        String all = "a slot: all " + executors.openSlots() + " are busy";
        Map<String, Integer> running = turns.running();
        if (running.size() < 2) {
            return new Cause(Reason.SLOTS, withCluster(all), allocation.nextNanos());
        }
        String pool = turns.poolOf(set);
        String shares = running.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        return new Cause(
                Reason.POOL_SHARE,
                all + "; tasks by pool: " + shares + "; this is pool " + pool,
                allocation.nextNanos());
    }

    /** When the first exclusion of an executor ends, or null. */
    private Long firstReturnNanos() {
        Long first = null;
        for (Executor executor : executors.all()) {
            if (executor.isExcluded()) {
                long end = exclusions.endNanos(executor);
                first = first == null ? end : Math.min(first, end);
            }
        }
        return first;
    }
}
