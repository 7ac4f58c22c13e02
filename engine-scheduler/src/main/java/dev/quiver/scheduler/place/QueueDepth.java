package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;

/**
 * How many tasks may wait on an executor behind its busy slots: as many as its slots run in {@link #QUEUED_NANOS}, a
 * few round trips to the driver. None before the first task is measured, none for long tasks.
 */
final class QueueDepth {
    /** Work queued per slot; about twenty loopback round trips. */
    static final long QUEUED_NANOS = 2_000_000;

    private final int most;

    QueueDepth(int most) {
        this.most = most;
    }

    /** @param meanTaskNanos measured, or -1 */
    int on(Executor executor, long meanTaskNanos) {
        if (meanTaskNanos < 0) {
            return 0;
        }
        return (int) Math.min(most, executor.slots() * QUEUED_NANOS / Math.max(1, meanTaskNanos));
    }
}
