package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every task set that executors may report about: live ones, and retired ones until their last task ends. */
public final class TaskSets {
    private final Map<StageAttempt, TaskSet> known = new LinkedHashMap<>();
    private final Waiting waiting;
    private final Set<TaskSet> lonely = new LinkedHashSet<>();
    private final Set<TaskSet> together = new LinkedHashSet<>();
    private Runnable onForgotten = () -> {};

    /** Keeps track of the sets that have pending tasks. */
    public interface Waiting {
        /** A set is new; it belongs to this pool. */
        void joins(TaskSet set, String pool);

        /** Tasks of a set became pending. */
        void waits(TaskSet set);

        /** A set launches nothing more. */
        void waitsNoMore(TaskSet set);

        /** A set is forgotten. */
        void leaves(TaskSet set);
    }

    public TaskSets(Waiting waiting) {
        this.waiting = waiting;
    }

    /** Told each time a set is over: no task of it runs or will run. */
    public void onForgotten(Runnable listener) {
        onForgotten = listener;
    }

    /** @param pool the pool of the job on whose behalf it runs */
    public void add(TaskSet set, String pool) {
        known.put(set.attempt(), set);
        waiting.joins(set, pool);
        set.onPending(() -> wake(set));
        if (set.isBarrier()) {
            together.add(set);
        }
        wake(set);
    }

    private void wake(TaskSet set) {
        if (set.queue().aloneCount() > 0) {
            lonely.add(set);
        }
        waiting.waits(set);
    }

    /** The first set with tasks that wait for an executor of their own, or null. */
    public TaskSet waitingAlone() {
        while (!lonely.isEmpty() && lonely.iterator().next().queue().aloneCount() == 0) {
            lonely.remove(lonely.iterator().next());
        }
        return lonely.isEmpty() ? null : lonely.iterator().next();
    }

    /** Sets whose tasks begin together, in the order in which they were added; a view. */
    public Collection<TaskSet> gathering() {
        return together;
    }

    /**
     * The first of them that waits for slots that there are, though busy: nothing else begins before. Null when there is none.
     *
     * @param openSlots slots of executors that take new tasks
     */
    public TaskSet firstGathering(int openSlots) {
        for (TaskSet set : together) {
            if (set.queue().count() > 0 && set.queue().count() <= openSlots) {
                return set;
            }
        }
        return null;
    }

    /** The set of a stage attempt, or null when it never was or is over. */
    public TaskSet find(StageAttempt attempt) {
        return known.get(attempt);
    }

    /** Retires a set: it launches nothing more, and is forgotten when nobody holds tasks of it. */
    public void retire(TaskSet set) {
        set.retire();
        together.remove(set);
        waiting.waitsNoMore(set);
        forgetIfOver(set);
    }

    /** To be called when tasks of a set ended. */
    public void forgetIfOver(TaskSet set) {
        if (set.isRetired() && set.heldCount() == 0 && known.remove(set.attempt()) != null) {
            waiting.leaves(set);
            onForgotten.run();
        }
    }

    /** An executor gets no more tasks: those that wait for it may go elsewhere. */
    public void preferNoMore(ExecutorId executor) {
        known.values().forEach(set -> set.preferNoMore(executor));
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
