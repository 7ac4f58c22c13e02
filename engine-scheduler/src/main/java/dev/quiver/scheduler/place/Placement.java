package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.pool.Turn;
import dev.quiver.scheduler.pool.Turns;
import dev.quiver.scheduler.task.TaskQueue;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Matches pending tasks to executors. Each set, in its turn, is placed in three steps: tasks go to executors near their
 * data; tasks without preference go to anyone; and when a set has run out of patience, so do the rest. What is left waits
 * at the driver, to be bound as late as possible.
 *
 * <p>After tasks ended only the executors that reported are looked at: nothing has changed for the others.
 */
public final class Placement {
    /** Tasks per slot of the cluster that are kept for free slots at the end of a stage. */
    private static final int TAIL = 2;

    private final Turns turns;
    private final Executors executors;
    private final QueueDepth depth;
    private final Map<Executor, Boolean> touched = new LinkedHashMap<>();
    private final OwnExecutors own;
    private final Gathering gathering;
    private boolean everyExecutor;
    private int turn;

    /** Hands tasks of a set to an executor; returns how many it took. */
    private interface Taking {
        int take(Executor executor, int most);
    }

    public Placement(TaskSets sets, Turns turns, Executors executors, int queueDepth) {
        this.turns = turns;
        this.executors = executors;
        this.depth = new QueueDepth(queueDepth);
        this.own = new OwnExecutors(sets, executors);
        this.gathering = new Gathering(sets, executors);
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
        if (gathering.place(launches)) {
            own.place(launches);
            // Whatever was to be placed now waits for the tasks that begin together.
            everyExecutor = true;
            return launches;
        }
        boolean all = turns.takeMorePending() | everyExecutor | own.place(launches);
        everyExecutor = false;
        if (!all && touched.isEmpty()) {
            return launches;
        }
        List<Executor> candidates = open(all ? executors.all() : touched.keySet());
        touched.clear();
        Iterator<Turn> round = candidates.isEmpty() ? Collections.emptyIterator() : turns.round(freeSlots(candidates));
        boolean exhausted = false;
        while (!exhausted && round.hasNext()) {
            Turn next = round.next();
            TaskSet set = next.set();
            List<Executor> allowed = allowed(set, candidates);
            place(set, allowed, next.most(), launches);
            if (next.last()) {
                if (set.queue().count() > 0 && freeSlots(allowed) > 0) {
                    set.patience().refused();
                } else if (all) {
                    set.patience().satisfied();
                }
                exhausted = set.wantsSlots() && freeSlots(candidates) == 0;
            }
        }
        return launches;
    }

    private List<Executor> open(Collection<Executor> some) {
        List<Executor> open = new ArrayList<>(some.size());
        for (Executor executor : some) {
            if (executors.takesTasks(executor.id())) {
                open.add(executor);
            }
        }
        return open;
    }

    private static List<Executor> allowed(TaskSet set, List<Executor> candidates) {
        if (!set.exclusions().hasExecutors()) {
            return candidates;
        }
        List<Executor> allowed = new ArrayList<>(candidates);
        allowed.removeIf(set.exclusions()::forbids);
        return allowed;
    }

    private void place(TaskSet set, List<Executor> candidates, int most, List<Launch> launches) {
        TaskQueue queue = set.queue();
        int left = most;
        if (queue.hasNear()) {
            for (Executor executor : candidates) {
                int share = shares(set, List.of(executor), Math.min(left, queue.count()))[0];
                left -= launch(set, executor, queue.takeNear(executor, share), launches);
            }
        }
        boolean patient = !set.patience().isExhausted();
        boolean avoiding = patient && executors.openCount() > 1;
        List<Executor> able = candidates;
        while (!able.isEmpty() && left > 0 && queue.freeCount() > 0) {
            int before = queue.count();
            able = deal(
                    set,
                    able,
                    Math.min(left, queue.freeCount()),
                    (executor, share) -> launch(set, executor, queue.takeFree(executor, share, avoiding), launches));
            left -= before - queue.count();
        }
        able = patient ? List.of() : candidates;
        while (!able.isEmpty() && left > 0 && queue.count() > 0) {
            int before = queue.count();
            able = deal(
                    set,
                    able,
                    Math.min(left, queue.count()),
                    (executor, share) -> launch(set, executor, queue.takeAny(executor, share), launches));
            left -= before - queue.count();
        }
        if (set.copies().wishCount() > 0) {
            placeCopies(set, candidates, left, launches);
        }
    }

    /** Copies take free slots only: behind other tasks they would win nothing. */
    private void placeCopies(TaskSet set, List<Executor> candidates, int most, List<Launch> launches) {
        int left = most;
        for (Executor executor : candidates) {
            boolean taken = true;
            while (taken && left > 0 && executor.freeSlots() > 0 && set.copies().wishCount() > 0) {
                taken = launch(set, executor, set.copies().take(executor, executors.hostCount() > 1), launches) > 0;
                left -= taken ? 1 : 0;
            }
        }
    }

    /** Deals tasks once. Returns the executors to deal to again: those that took all they were offered. */
    private List<Executor> deal(TaskSet set, List<Executor> able, int tasks, Taking taking) {
        int[] shares = shares(set, able, tasks);
        List<Executor> willing = new ArrayList<>();
        boolean dealt = false;
        for (int index = 0; index < shares.length; index++) {
            Executor executor = able.get(index);
            int taken = shares[index] == 0 ? 0 : taking.take(executor, shares[index]);
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
            queueRoom[index] = executor.queueRoom(
                    depth.on(executor, set.meanTaskNanos(), set.assignment().readsLittle()));
        }
        turn = able.isEmpty() ? 0 : (turn + 1) % able.size();
        return Dealing.shares(freeSlots, queueRoom, tasks, TAIL * executors.openSlots(), turn);
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

    private static int freeSlots(List<Executor> some) {
        int slots = 0;
        for (Executor executor : some) {
            slots += executor.freeSlots();
        }
        return slots;
    }
}
