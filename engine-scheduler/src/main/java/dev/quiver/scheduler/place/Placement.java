package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Matches pending tasks to executors. Sets take turns by job, then by stage. Each is placed in three steps: tasks go to
 * executors near their data; tasks without preference go to anyone; and when a set has run out of patience, so do the
 * rest. What is left waits at the driver, to be bound as late as possible.
 *
 * <p>After tasks ended only the executors that reported are looked at: nothing has changed for the others.
 */
public final class Placement {
    /** Tasks per slot of the cluster that are kept for free slots at the end of a stage. */
    private static final int TAIL = 2;

    private final TaskSets sets;
    private final Executors executors;
    private final QueueDepth depth;
    private final Map<Executor, Boolean> touched = new LinkedHashMap<>();
    private final OwnExecutors own;
    private boolean everyExecutor;
    private int turn;

    public Placement(TaskSets sets, Executors executors, int queueDepth) {
        this.sets = sets;
        this.executors = executors;
        this.depth = new QueueDepth(queueDepth);
        this.own = new OwnExecutors(sets, executors);
    }

    /** Tasks ended on this executor. */
    public void touch(Executor executor) {
        touched.put(executor, Boolean.TRUE);
    }

    /** Something changed for all executors. */
    public void touchAll() {
        everyExecutor = true;
    }

    /** Decides what to launch now. The tasks in the answer are taken: held by their executors from here on. */
    public List<Launch> round() {
        List<Launch> launches = new ArrayList<>();
        boolean all = sets.takeMorePending() | everyExecutor | own.place(launches);
        everyExecutor = false;
        if (!all && touched.isEmpty()) {
            return launches;
        }
        List<Executor> candidates = living(all ? executors.all() : touched.keySet());
        touched.clear();
        TaskSet set = candidates.isEmpty() ? null : sets.nextWaiting(null);
        while (set != null) {
            place(set, candidates, launches);
            boolean idleSlots = anyFreeSlot(candidates);
            if (set.pendingCount() > 0 && idleSlots) {
                set.patience().refused();
            } else if (all) {
                set.patience().satisfied();
            }
            set = set.pendingCount() > 0 && !idleSlots ? null : sets.nextWaiting(set);
        }
        return launches;
    }

    private List<Executor> living(Collection<Executor> some) {
        List<Executor> living = new ArrayList<>(some.size());
        for (Executor executor : some) {
            if (executors.isAlive(executor.id())) {
                living.add(executor);
            }
        }
        return living;
    }

    private void place(TaskSet set, List<Executor> candidates, List<Launch> launches) {
        if (set.hasNearTasks()) {
            for (Executor executor : candidates) {
                int share = shares(set, List.of(executor), set.pendingCount())[0];
                launch(set, executor, set.takeNear(executor.id(), share), launches);
            }
        }
        boolean patient = !set.patience().isExhausted();
        boolean avoiding = patient && executors.count() > 1;
        List<Executor> able = candidates;
        while (!able.isEmpty() && set.freeCount() > 0) {
            able = dealFree(set, able, avoiding, launches);
        }
        if (!patient && set.pendingCount() > 0) {
            int[] shares = shares(set, candidates, set.pendingCount());
            for (int index = 0; index < shares.length; index++) {
                Executor executor = candidates.get(index);
                launch(set, executor, set.takeAny(executor.id(), shares[index]), launches);
            }
        }
    }

    /** Deals free tasks once. Returns the executors to deal to again: those that took all they were offered. */
    private List<Executor> dealFree(TaskSet set, List<Executor> able, boolean avoiding, List<Launch> launches) {
        int[] shares = shares(set, able, set.freeCount());
        List<Executor> willing = new ArrayList<>();
        boolean dealt = false;
        for (int index = 0; index < shares.length; index++) {
            Executor executor = able.get(index);
            int taken = launch(set, executor, set.takeFree(executor.id(), shares[index], avoiding), launches);
            dealt |= shares[index] > 0;
            if (taken == shares[index]) {
                willing.add(executor);
            }
        }
        return dealt ? willing : List.of();
    }

    private int[] shares(TaskSet set, List<Executor> able, int tasks) {
        int[] freeSlots = new int[able.size()];
        int[] queueRoom = new int[able.size()];
        for (int index = 0; index < freeSlots.length; index++) {
            Executor executor = able.get(index);
            freeSlots[index] = executor.freeSlots();
            queueRoom[index] = executor.queueRoom(depth.on(executor, set.meanTaskNanos(), set.readsLittle()));
        }
        turn = able.isEmpty() ? 0 : (turn + 1) % able.size();
        return Dealing.shares(freeSlots, queueRoom, tasks, TAIL * executors.totalSlots(), turn);
    }

    private static int launch(TaskSet set, Executor executor, List<TaskRange> ranges, List<Launch> launches) {
        int tasks = 0;
        for (TaskRange range : ranges) {
            tasks += range.size();
        }
        if (tasks > 0) {
            executor.hold(tasks);
            launches.add(new Launch(executor, set, ranges));
        }
        return tasks;
    }

    private static boolean anyFreeSlot(List<Executor> candidates) {
        for (Executor executor : candidates) {
            if (executor.freeSlots() > 0) {
                return true;
            }
        }
        return false;
    }
}
