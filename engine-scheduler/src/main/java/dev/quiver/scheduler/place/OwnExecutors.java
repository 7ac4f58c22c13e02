package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.util.List;

/**
 * Gives tasks that ran out of memory an executor for themselves: one that holds nothing. While there is none, the one that
 * holds least takes no more tasks until it is idle, one at a time, so that such a task waits for no longer than what runs
 * there.
 */
final class OwnExecutors {
    private final TaskSets sets;
    private final Executors executors;
    private Executor reserved;

    OwnExecutors(TaskSets sets, Executors executors) {
        this.sets = sets;
        this.executors = executors;
    }

    /** Places what can be. @return whether an executor takes other tasks again */
    boolean place(List<Launch> launches) {
        if (sets.waitingAlone() == null && reserved == null) {
            return false;
        }
        Executor before = reserved;
        free();
        for (TaskSet set = sets.waitingAlone(); set != null; set = sets.waitingAlone()) {
            Executor least = leastHeld(set, before);
            if (least == null || least.held() > 0) {
                reserve(least);
                break;
            }
            launches.add(new Launch(least, set, set.queue().takeAlone(least.id())));
            least.holdAlone();
        }
        return before != null && before != reserved;
    }

    private void free() {
        if (reserved != null) {
            reserved.reserve(false);
            reserved = null;
        }
    }

    private void reserve(Executor executor) {
        if (executor != null) {
            executor.reserve(true);
            reserved = executor;
        }
    }

    /**
     * The executor that holds least of those where the first task of a set may run; of several the one that was reserved
     * before. Null when there is none now.
     */
    private Executor leastHeld(TaskSet set, Executor before) {
        Executor least = before != null && mayRun(set, before) ? before : null;
        for (Executor executor : executors.all()) {
            if (mayRun(set, executor) && (least == null || executor.held() < least.held())) {
                least = executor;
            }
        }
        return least;
    }

    private boolean mayRun(TaskSet set, Executor executor) {
        return executors.takesTasks(executor.id())
                && !executor.isAlone()
                && !set.exclusions().forbids(executor)
                && !set.exclusions().forbids(set.queue().firstAlone(), executor);
    }
}
