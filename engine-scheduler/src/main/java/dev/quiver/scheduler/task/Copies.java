package dev.quiver.scheduler.task;

import dev.quiver.scheduler.executor.Executor;
import dev.quiver.task.TaskRange;
import dev.quiver.time.Clock;
import java.util.List;

/**
 * Second tries of tasks that run slowly, beside the first: how long tasks run, of which one a copy is wished for, and which
 * ones have one.
 */
public final class Copies {
    private final Attempts attempts;
    private final Holdings holdings;
    private final Refusals refusals;
    private final CopyWishes wishes = new CopyWishes();
    private RunTimes runTimes;

    Copies(Attempts attempts, Holdings holdings, Refusals refusals) {
        this.attempts = attempts;
        this.holdings = holdings;
        this.refusals = refusals;
    }

    /** Takes note from now on when tasks are launched and how long they run, so that slow ones can be told. */
    public void time(Clock clock) {
        runTimes = new RunTimes();
        holdings.time(clock);
    }

    void measured(long runNanos) {
        if (runTimes != null) {
            runTimes.add(runNanos);
        }
    }

    /** The median run time of finished tasks in nanoseconds, once {@link #time} was called. */
    public long medianNanos() {
        return runTimes == null ? 0 : runTimes.medianNanos();
    }

    /** What was launched by then and has not ended. */
    public List<TaskTry> launchedBy(long nanos) {
        return holdings.launchedBy(nanos);
    }

    /** A running task should be tried a second time. False, and nothing changes, when it is or should be already. */
    boolean wish(int task, Executor holder) {
        if (holdings.copies(task).size() > 1 || wishes.holder(task) != null) {
            return false;
        }
        wishes.add(task, holder);
        return true;
    }

    /** Copies that are wished for and wait for a slot. */
    public int wishCount() {
        return wishes.count();
    }

    /** Hands out a copy of a running task, on another host if there are others; none when there is none for it. */
    public List<TaskRange> take(Executor executor, boolean elsewhere) {
        int task = wishes.first(executor, elsewhere, refusals.of(executor, false));
        if (task < 0) {
            return List.of();
        }
        holdings.holdCopy(executor.id(), task, wishes.holder(task).id());
        wishes.remove(task);
        return attempts.ranges(new int[] {task});
    }

    /** Whether tries of some task are held that was copied. */
    public boolean any() {
        return holdings.hasCopies();
    }

    /** The tries of a task that are held, as far as it was copied; empty for all others. */
    public List<TaskTry> of(int task) {
        return holdings.copies(task);
    }

    /** A task needs no copy any more. */
    void forgetWish(int task) {
        wishes.remove(task);
    }

    void clearWishes() {
        wishes.clear();
    }
}
