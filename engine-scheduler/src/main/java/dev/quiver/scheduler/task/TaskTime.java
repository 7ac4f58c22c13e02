package dev.quiver.scheduler.task;

/** How long tasks of a set run, as a moving average that follows changes within some dozens of tasks. */
final class TaskTime {
    private static final double WEIGHT = 1.0 / 16;
    private double meanNanos = -1;

    void add(long runNanos) {
        meanNanos = meanNanos < 0 ? runNanos : meanNanos + (runNanos - meanNanos) * WEIGHT;
    }

    /** The mean in nanoseconds, or -1 before the first task ended. */
    long meanNanos() {
        return (long) meanNanos;
    }
}
