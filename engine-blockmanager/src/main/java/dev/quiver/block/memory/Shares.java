package dev.quiver.block.memory;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How a budget is shared, as arithmetic: what is used for what, and what a task that asks is answered. Of N active tasks
 * each may hold a part in N of what execution can have, and is given a part in 2N before it must spill, if it has to wait
 * for others to give theirs back. A task is active from its first ask to its end.
 *
 * <p>Nobody waits for somebody who waits: a request waits only while a task that runs holds memory. That is enough,
 * because requests that may wait are small: when all N tasks wait, each for no more than its part in 2N, half of the
 * memory is free, and so none had to.
 *
 * <p>Guarded by the budget's lock. Decides and counts; blocks, evicts and wakes nobody.
 */
final class Shares {
    /** What a request is answered. */
    enum Verdict {
        /** There is room. */
        GRANTED,
        /** There is room once so many cached blocks were evicted as {@link #missing} says. */
        EVICT,
        /** There will be room, by right. */
        WAIT,
        /** Hold less, or spill. */
        REFUSED
    }

    /** A running task. */
    static final class Task {
        long held;
        long peak;
        boolean active;

        /** From the first answer {@link Verdict#WAIT} to a request until it has another answer, looks in between included. */
        boolean waiting;
    }

    private final long total;
    private final long storageFloor;
    private final Set<Task> active = new LinkedHashSet<>();
    private long storage;
    private long others;
    private long tasks;
    private Pressure pressure = Pressure.NONE;

    Shares(long total, double storageFraction) {
        this.total = total;
        this.storageFloor = (long) (total * storageFraction);
    }

    void pressure(Pressure now) {
        pressure = now;
    }

    Pressure pressure() {
        return pressure;
    }

    /** What execution can have for tasks, when cached blocks are evicted down to the soft line. */
    long pool() {
        return Math.max(0, total - others - Math.min(storage, storageFloor));
    }

    /** Most that a task may hold, if it asks now. */
    long most(Task task) {
        return pool() / askers(task);
    }

    /** What a task need not spill for, if it asks now. */
    long guaranteed(Task task) {
        return pool() / (2 * askers(task));
    }

    private long askers(Task task) {
        return task.active ? active.size() : active.size() + 1;
    }

    long free() {
        return total - storage - others - tasks;
    }

    long storage() {
        return storage;
    }

    /** Bytes of storage above the soft line. */
    long evictable() {
        return Math.max(0, storage - storageFloor);
    }

    long execution() {
        return others + tasks;
    }

    /** What a request lacks. */
    long missing(long bytes) {
        return bytes - free();
    }

    /** @param evictable whether eviction may bring anything: false once it was tried in vain */
    Verdict judge(Task task, long bytes, boolean evictable) {
        activate(task);
        long wanted = task.held + bytes;
        if (pressure == Pressure.REFUSE || wanted > (pressure == Pressure.SPILL ? guaranteed(task) : most(task))) {
            return Verdict.REFUSED;
        }
        Verdict verdict = judge(bytes, evictable);
        if (verdict != Verdict.REFUSED || wanted > guaranteed(task)) {
            return verdict;
        }
        return anotherRuns(task) ? Verdict.WAIT : Verdict.REFUSED;
    }

    /**
     * A request for rows that a task is about to cache. They become storage, so they may take the place of all of it; they
     * are the task's until then, so it is given no more than its part, unless that leaves every other one what it is
     * guaranteed. Caching is never worth a wait.
     */
    Verdict judgeUnroll(Task task, long bytes, boolean evictable) {
        activate(task);
        long wanted = task.held + bytes;
        if (pressure == Pressure.REFUSE || pressure == Pressure.SPILL && wanted > guaranteed(task)) {
            return Verdict.REFUSED;
        }
        long room = total - others;
        boolean fair = wanted <= room / active.size() || tasks + bytes + owedToOthers(task, room) <= room;
        return fair ? judgeStorage(bytes, evictable) : Verdict.REFUSED;
    }

    /** What the other active tasks do not hold yet of what they are guaranteed when nothing is cached, as after evictions. */
    private long owedToOthers(Task asking, long room) {
        long most = room / (2L * active.size());
        long owed = 0;
        for (Task task : active) {
            owed += task == asking ? 0 : Math.max(0, most - task.held);
        }
        return owed;
    }

    /** A request that takes from nobody but storage. @param evictable whether any of it may be evicted for this one */
    Verdict judgeStorage(long bytes, boolean evictable) {
        long missing = missing(bytes);
        if (missing <= 0) {
            return Verdict.GRANTED;
        }
        return evictable && missing <= storage ? Verdict.EVICT : Verdict.REFUSED;
    }

    /** A request of execution that is no task's. */
    Verdict judge(long bytes, boolean evictable) {
        long missing = missing(bytes);
        if (missing <= 0) {
            return Verdict.GRANTED;
        }
        return evictable && missing <= evictable() ? Verdict.EVICT : Verdict.REFUSED;
    }

    private boolean anotherRuns(Task asking) {
        for (Task task : active) {
            if (task != asking && !task.waiting && task.held > 0) {
                return true;
            }
        }
        return false;
    }

    private void activate(Task task) {
        if (!task.active) {
            task.active = true;
            active.add(task);
        }
    }

    void changeTask(Task task, long bytes) {
        activate(task);
        task.held += bytes;
        task.peak = Math.max(task.peak, task.held);
        tasks += bytes;
    }

    void changeOthers(long bytes) {
        others += bytes;
    }

    void changeStorage(long bytes) {
        storage += bytes;
    }

    /** The task is over; it holds nothing. */
    void end(Task task) {
        if (task.held != 0) {
            throw new IllegalStateException("a task that ends holds " + task.held + " bytes");
        }
        active.remove(task);
        task.active = false;
    }
}
