package dev.quiver.scheduler.speculate;

import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.scheduler.task.TaskTry;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.util.BitSet;

/**
 * Looks for slow tasks now and then, while tasks run, and wishes for copies of them; placement finds them a slot. A task
 * that may publish its output already is not copied: the copy would only be denied.
 */
public final class Speculation {
    private final SpeculationSettings settings;
    private final TaskSets taskSets;
    private final Executors executors;
    private final CommitCoordinator commits;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;
    private Timer.Scheduled due;

    public Speculation(
            SpeculationSettings settings,
            TaskSets taskSets,
            Executors executors,
            CommitCoordinator commits,
            Clock clock,
            Timer<SchedulerEvent> timer) {
        this.settings = settings;
        this.taskSets = taskSets;
        this.executors = executors;
        this.commits = commits;
        this.clock = clock;
        this.timer = timer;
    }

    /** To be called after every event: the next look is due as long as a task runs. */
    public void settle() {
        boolean runs = settings.enabled() && anyRuns();
        if (runs && due == null) {
            due = timer.postAfter(settings.interval(), new SchedulerEvent.SpeculationDue());
        } else if (!runs && due != null) {
            due.cancel();
            due = null;
        }
    }

    private boolean anyRuns() {
        for (TaskSet set : taskSets.view()) {
            if (!set.isRetired() && set.heldCount() > 0) {
                return true;
            }
        }
        return false;
    }

    /** The timer fired. */
    public void look() {
        due = null;
        for (TaskSet set : taskSets.all()) {
            if (!set.isRetired() && set.heldCount() > 0) {
                look(set);
            }
        }
    }

    private void look(TaskSet set) {
        long slow = settings.slowNanos(
                set.taskCount(),
                set.taskCount() - set.unfinishedCount(),
                set.copies().medianNanos(),
                slots());
        if (slow < 0) {
            return;
        }
        BitSet publishing = commits.granted(set.attempt().stage());
        for (TaskTry slowTry : set.copies().launchedBy(clock.nanoTime() - slow)) {
            Executor holder = executors.find(slowTry.executor());
            if (holder != null && !publishing.get(slowTry.partition())) {
                set.wishCopy(slowTry.partition(), holder);
            }
        }
    }

    private int slots() {
        return executors.count() == 0 ? 0 : executors.totalSlots() / executors.count();
    }
}
