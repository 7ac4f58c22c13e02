package dev.quiver.scheduler.task;

import dev.quiver.id.StageId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.time.Duration;

/**
 * How long the tasks of a set hold out for the executors they prefer. The wait starts when a free slot is refused; when
 * it has passed, any slot will do for the rest of the stage attempt, so a set is never held up for longer than one
 * wait.
 */
public final class Patience {
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;
    private final Duration wait;
    private final StageId stage;
    private Timer.Scheduled due;
    private long dueNanos;
    private boolean exhausted;

    public Patience(Clock clock, Timer<SchedulerEvent> timer, Duration wait, StageId stage) {
        this.clock = clock;
        this.timer = timer;
        this.wait = wait;
        this.stage = stage;
        this.exhausted = wait.isZero();
    }

    /** Any slot will do. */
    public boolean isExhausted() {
        return exhausted;
    }

    /** Whether a free slot is left empty for the sake of preferences now. */
    public boolean isWaiting() {
        return due != null;
    }

    /** Until when, in nanoseconds of the clock. */
    public long dueNanos() {
        return dueNanos;
    }

    /** A free slot was left empty for the sake of preferences. */
    public void refused() {
        if (!exhausted && due == null) {
            dueNanos = clock.nanoTime() + wait.toNanos();
            due = timer.postAfter(wait, new SchedulerEvent.LocalityDue(stage));
        }
    }

    /** Nothing is refused any more. */
    public void satisfied() {
        if (due != null) {
            due.cancel();
            due = null;
        }
    }

    /** A timer fired, perhaps one that was meant for an earlier attempt. Returns whether the wait is over. */
    public boolean expire() {
        if (due == null || clock.nanoTime() - dueNanos < 0) {
            return false;
        }
        due = null;
        exhausted = true;
        return true;
    }
}
