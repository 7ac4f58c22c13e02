package dev.quiver.scheduler.task;

import dev.quiver.id.StageAttempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Every task set that executors may report about: live ones, and retired ones until their last task ends. Keeps those
 * with pending tasks in the order of their turns: by job, then by stage.
 */
public final class TaskSets {
    private static final Comparator<TaskSet> TURN = Comparator.<TaskSet>comparingInt(
                    set -> set.job().value())
            .thenComparingInt(set -> set.attempt().stage().value())
            .thenComparingInt(set -> set.attempt().epoch());

    private final Map<StageAttempt, TaskSet> known = new LinkedHashMap<>();
    private final NavigableSet<TaskSet> waiting = new TreeSet<>(TURN);
    private boolean morePending;
    private Runnable onForgotten = () -> {};

    public void add(TaskSet set) {
        known.put(set.attempt(), set);
        set.onPending(() -> wake(set));
        wake(set);
    }

    /** Told each time a set is over: no task of it runs or will run. */
    public void onForgotten(Runnable listener) {
        onForgotten = listener;
    }

    private void wake(TaskSet set) {
        waiting.add(set);
        morePending = true;
    }

    /** The set of a stage attempt, or null when it never was or is over. */
    public TaskSet find(StageAttempt attempt) {
        return known.get(attempt);
    }

    /** Retires a set: it launches nothing more, and is forgotten when nobody holds tasks of it. */
    public void retire(TaskSet set) {
        set.retire();
        waiting.remove(set);
        forgetIfOver(set);
    }

    /** To be called when tasks of a set ended. */
    public void forgetIfOver(TaskSet set) {
        if (set.isRetired() && set.heldCount() == 0 && known.remove(set.attempt()) != null) {
            onForgotten.run();
        }
    }

    /** The first set with pending tasks after {@code previous}, which may be null; null at the end. */
    public TaskSet nextWaiting(TaskSet previous) {
        TaskSet set = previous == null ? first() : waiting.higher(previous);
        while (set != null && set.pendingCount() == 0) {
            waiting.remove(set);
            set.patience().satisfied();
            set = waiting.higher(set);
        }
        return set;
    }

    private TaskSet first() {
        return waiting.isEmpty() ? null : waiting.first();
    }

    /** Whether tasks became pending since this was last asked. */
    public boolean takeMorePending() {
        boolean more = morePending;
        morePending = false;
        return more;
    }

    /** A copy, in the order in which they were added. */
    public List<TaskSet> all() {
        return new ArrayList<>(known.values());
    }

    /** The live view, for counting. */
    public Collection<TaskSet> view() {
        return known.values();
    }
}
