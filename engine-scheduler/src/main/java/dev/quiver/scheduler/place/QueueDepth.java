package dev.quiver.scheduler.place;

import dev.quiver.scheduler.executor.Executor;

/**
 * How many tasks may wait on an executor behind its busy slots: as many as its slots run in {@link #QUEUED_NANOS}, a
 * few round trips to the driver. None before the first task is measured, none for long tasks.
 */
final class QueueDepth {
    /** Work queued per slot; about twenty loopback round trips. */
    static final long QUEUED_NANOS = 2_000_000;

    /**
     * Where tasks read little, most of their time is the way to their rows, which shrinks when those of tasks that wait come
     * together. At the end of such a stage one executor may still have this much to do when others have nothing.
     */
    static final long QUEUED_NANOS_OF_LITTLE = 20_000_000;

    private final int most;

    QueueDepth(int most) {
        this.most = most;
    }

    /**
     * @param meanTaskNanos measured, or -1
     * @param readsLittle   whether tasks read little from shuffles
     */
    int on(Executor executor, long meanTaskNanos, boolean readsLittle) {
        if (meanTaskNanos < 0) {
            return 0;
        }
        long queued = readsLittle ? QUEUED_NANOS_OF_LITTLE : QUEUED_NANOS;
        return (int) Math.min(most, executor.slots() * queued / Math.max(1, meanTaskNanos));
    }
}
