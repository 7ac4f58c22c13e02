package dev.quiver.scheduler.task;

/**
 * How long the finished tasks of a set ran, as a histogram: a few KiB whatever their number. Sixteen steps to a factor of
 * two, so what it tells is right to some percent.
 */
final class RunTimes {
    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;

    private final int[] counts = new int[64 * STEPS];
    private int count;

    void add(long nanos) {
        counts[step(Math.max(0, nanos))]++;
        count++;
    }

    /** The time that half of them took less than, about, in nanoseconds; 0 before the first. */
    long medianNanos() {
        int left = (count + 1) / 2;
        for (int step = 0; step < counts.length; step++) {
            left -= counts[step];
            if (left <= 0 && count > 0) {
                return highest(step);
            }
        }
        return 0;
    }

    private static int step(long nanos) {
        if (nanos < STEPS) {
            return (int) nanos;
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        return (power - STEP_BITS + 1) * STEPS + (int) (nanos >>> (power - STEP_BITS)) - STEPS;
    }

    /** The longest time that falls into a step. */
    private static long highest(int step) {
        if (step < STEPS) {
            return step;
        }
        int shift = step / STEPS - 1;
        return ((long) (step % STEPS + STEPS + 1) << shift) - 1;
    }
}
