package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.task.TaskRange;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The tasks of a set that no executor holds and that are not done: those that are pending, for any slot or for an executor
 * of their own, and those that are withheld. What is taken is held by its executor from then on.
 */
public final class TaskQueue {
    private final PendingTasks pending;

    /** Pending tasks that take an executor for themselves. */
    private final NavigableSet<Integer> alone = new TreeSet<>();

    private final BitSet withheld = new BitSet();
    private final Attempts attempts;
    private final Holdings holdings;
    private final Refusals refusals;

    TaskQueue(PendingTasks pending, Attempts attempts, Holdings holdings, Refusals refusals) {
        this.pending = pending;
        this.attempts = attempts;
        this.holdings = holdings;
        this.refusals = refusals;
    }

    /** Tasks that wait for a slot. */
    public int count() {
        return pending.count();
    }

    /** The first task that waits for a slot or for an executor of its own, or -1. */
    public int first() {
        return pending.count() > 0 || alone.isEmpty() ? pending.first() : alone.first();
    }

    /** Whether a task waits for a slot, or for an executor of its own. */
    public boolean contains(int task) {
        return pending.contains(task) || alone.contains(task);
    }

    /** Those that wait for a slot and prefer no living executor. */
    public int freeCount() {
        return pending.freeCount();
    }

    /** Whether some prefer living executors. */
    public boolean hasNear() {
        return pending.hasNearTasks();
    }

    /** Hands out tasks that prefer this executor. */
    public List<TaskRange> takeNear(Executor executor, int most) {
        return hold(executor.id(), pending.takeNear(executor.id(), most, refusals.of(executor, false)));
    }

    /** Hands out tasks without preference, but none that failed on this executor when {@code avoiding}. */
    public List<TaskRange> takeFree(Executor executor, int most, boolean avoiding) {
        return hold(executor.id(), pending.takeFree(most, refusals.of(executor, avoiding)));
    }

    /** Hands out any tasks. */
    public List<TaskRange> takeAny(Executor executor, int most) {
        return hold(executor.id(), pending.takeAny(most, refusals.of(executor, false)));
    }

    /** Tasks that wait for an executor of their own. */
    public int aloneCount() {
        return alone.size();
    }

    /** The first of those; there must be one. */
    public int firstAlone() {
        return alone.first();
    }

    /** Hands out {@link #firstAlone}. */
    public List<TaskRange> takeAlone(ExecutorId executor) {
        return hold(executor, new int[] {alone.pollFirst()});
    }

    private List<TaskRange> hold(ExecutorId executor, int[] tasks) {
        if (tasks.length == 0) {
            return List.of();
        }
        holdings.hold(executor, tasks);
        return attempts.ranges(tasks);
    }

    /** Tasks that neither wait for a slot nor run: an older attempt of theirs may be publishing. */
    public int withheldCount() {
        return withheld.cardinality();
    }

    /** Queues a task, for any slot; withheld or not. */
    void add(int task) {
        withheld.clear(task);
        pending.addFree(task);
    }

    /** Queues a task for an executor of its own; withheld or not. */
    void addAlone(int task) {
        withheld.clear(task);
        alone.add(task);
    }

    /** Takes a pending task out, until it is queued again. */
    void withhold(int task) {
        if (contains(task)) {
            pending.remove(task);
            alone.remove(task);
            withheld.set(task);
        }
    }

    /** A withheld task is that no more, and not queued either. Harmless for all others. */
    void forgetWithheld(int task) {
        withheld.clear(task);
    }

    /** A task need not wait for anything any more. */
    void remove(int task) {
        pending.remove(task);
        if (!alone.isEmpty()) {
            alone.remove(task);
        }
        if (!withheld.isEmpty()) {
            withheld.clear(task);
        }
    }

    /** An executor gets no more tasks. Returns whether some that waited for it may go elsewhere now. */
    boolean forgetExecutor(ExecutorId executor) {
        return pending.forgetExecutor(executor);
    }

    void clear() {
        pending.clear();
        alone.clear();
        withheld.clear();
    }
}
