package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Pressure;
import dev.quiver.block.memory.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts by itself what tasks were given of a budget, and knows by the rules of sharing what may be refused and who may
 * wait. Reads of the budget only its totals.
 */
final class MemoryOracle {
    private final MemoryBudget budget;
    private final List<TaskRun> running = new CopyOnWriteArrayList<>();
    private final AtomicLong heldForAll = new AtomicLong();
    private final ThreadLocal<TaskRun> asking = new ThreadLocal<>();
    private Turns turns;
    private long waited;
    private volatile Pressure pressure = Pressure.NONE;

    MemoryOracle(MemoryBudget budget) {
        this.budget = budget;
    }

    /** @param taken those that the tasks take */
    void in(Turns taken) {
        turns = taken;
    }

    TaskRun begin(String name) {
        TaskRun task = new TaskRun(name);
        task.memory = budget.task(name, () -> task.cancelled);
        running.add(task);
        return task;
    }

    void end(TaskRun task) {
        running.remove(task);
        task.memory.close();
    }

    void cancelOne(Random random) {
        List<TaskRun> some = new ArrayList<>(running);
        if (!some.isEmpty()) {
            some.get(random.nextInt(some.size())).cancelled = true;
            budget.wake();
        }
    }

    void press(Pressure now) {
        pressure = now;
        budget.pressure(now);
    }

    void heldForAll(long more) {
        heldForAll.addAndGet(more);
    }

    void shrink(TaskRun task, Reservation operator, long less) {
        task.held.addAndGet(-less);
        operator.shrink(less);
    }

    void grow(TaskRun task, Reservation operator, long more) {
        task.active = true;
        task.asked = more;
        int turn = turns.taken();
        asking.set(task);
        boolean granted = operator.tryGrow(more);
        asking.remove();
        if (granted) {
            task.held.addAndGet(more);
        }
        task.asked = 0;
        if (turns.taken() == turn) {
            // Nobody has changed anything since it was decided.
            checkAnswer(task, more, granted);
        }
        turns.pause();
    }

    /** The calling thread evicts blocks for what it asks, or is done with it. */
    void evicting(boolean now) {
        if (asking.get() != null) {
            asking.get().evicting = now;
        }
    }

    private void checkAnswer(TaskRun task, long more, boolean granted) {
        if (granted) {
            assertThat(task.held.get()).as("what %s was given", task).isLessThanOrEqualTo(most());
            assertThat(pressure).isNotEqualTo(Pressure.REFUSE);
        } else if (pressure != Pressure.REFUSE && !task.cancelled && anotherRuns(task)) {
            assertThat(task.held.get() + more)
                    .as("a refusal to %s, which asks for %d, of what is guaranteed", task, more)
                    .isGreaterThan(most() / 2);
        }
    }

    /** Turns that tasks waited through. */
    long waited() {
        return waited;
    }

    /** Between turns, when nobody moves. */
    void check() {
        assertThat(budget.freeBytes()).as("free").isBetween(0L, budget.totalBytes());
        long held = heldForAll.get();
        for (TaskRun task : running) {
            held += task.held.get();
        }
        assertThat(budget.executionBytes())
                .as("held by tasks, as they count it")
                .isEqualTo(held);
        int waiting = 0;
        for (TaskRun task : running) {
            if (isWaiting(task)) {
                waiting++;
                checkWaits(task);
            }
        }
        waited += waiting;
        assertThat(budget.waitingTasks()).as("tasks that wait").isEqualTo(waiting);
    }

    private void checkWaits(TaskRun task) {
        String who = task + " waits for " + task.asked + " bytes";
        assertThat(task.cancelled).as("%s, and was cancelled", who).isFalse();
        assertThat(pressure).as(who).isNotEqualTo(Pressure.REFUSE);
        assertThat(anotherRuns(task)).as("%s that anybody could give back", who).isTrue();
        boolean mayHave = task.held.get() + task.asked <= most() / (pressure == Pressure.SPILL ? 2 : 1);
        assertThat(mayHave && budget.freeBytes() >= task.asked)
                .as("%s that are free", who)
                .isFalse();
    }

    /** Most that one of the tasks may hold that have asked. */
    private long most() {
        long tasks = 0;
        int active = 0;
        for (TaskRun task : running) {
            tasks += task.held.get();
            active += task.active ? 1 : 0;
        }
        long others = budget.executionBytes() - tasks;
        long floor = (long) (budget.totalBytes() * TasksAtOnce.STORAGE_FRACTION);
        long pool = budget.totalBytes() - others - Math.min(budget.storageBytes(), floor);
        return Math.max(0, pool) / Math.max(1, active);
    }

    private boolean anotherRuns(TaskRun asking) {
        return running.stream().anyMatch(task -> task != asking && !isWaiting(task) && task.held.get() > 0);
    }

    private static boolean isWaiting(TaskRun task) {
        return task.asked > 0 && !task.evicting;
    }
}
