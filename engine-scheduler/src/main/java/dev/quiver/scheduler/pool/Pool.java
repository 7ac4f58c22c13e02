package dev.quiver.scheduler.pool;

import dev.quiver.scheduler.task.TaskSet;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The task sets of one pool: those that wait, and how many tasks of all of them run. */
final class Pool {
    /** By job, then by stage. */
    static final Comparator<TaskSet> TURN = Comparator.<TaskSet>comparingInt(
                    set -> set.job().value())
            .thenComparingInt(set -> set.attempt().stage().value())
            .thenComparingInt(set -> set.attempt().epoch());

    private final String name;
    private final PoolSettings.Definition definition;
    private final NavigableSet<TaskSet> waiting = new TreeSet<>(TURN);
    private int sets;
    private int running;

    Pool(String name, PoolSettings.Definition definition) {
        this.name = name;
        this.definition = definition;
    }

    String name() {
        return name;
    }

    PoolSettings.Definition definition() {
        return definition;
    }

    /** Tasks of this pool that executors hold, if they are counted. */
    int running() {
        return running;
    }

    /** @param counting whether it matters how many tasks run */
    void join(TaskSet set, boolean counting) {
        sets++;
        if (counting) {
            set.onHeld(change -> running += change);
        }
    }

    void leave() {
        sets--;
    }

    boolean isEmpty() {
        return sets == 0;
    }

    void waits(TaskSet set) {
        waiting.add(set);
    }

    void waitsNoMore(TaskSet set) {
        waiting.remove(set);
    }

    /**
     * The first set with pending tasks after {@code previous}, which may be null; null at the end. Those whose tasks begin
     * together do not wait for a turn.
     */
    TaskSet nextWaiting(TaskSet previous) {
        TaskSet set = previous == null ? first() : waiting.higher(previous);
        while (set != null && (set.isBarrier() || !set.wantsSlots())) {
            if (!set.wantsSlots()) {
                waiting.remove(set);
                set.patience().satisfied();
            }
            set = waiting.higher(set);
        }
        return set;
    }

    /** Whether it is certain that no set waits, without a look at each. */
    boolean isQuiet() {
        return waiting.isEmpty();
    }

    boolean anyWaiting() {
        for (TaskSet set : waiting) {
            if (set.wantsSlots()) {
                return true;
            }
        }
        return false;
    }

    private TaskSet first() {
        return waiting.isEmpty() ? null : waiting.first();
    }
}
