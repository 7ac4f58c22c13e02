package dev.quiver.shuffle.compress;

import dev.quiver.time.Clock;

/**
 * The link to other hosts as this executor's own readers find it: bytes they got for each second they waited. Readers that
 * work while bytes arrive wait little and so report a fast link, rightly: fewer bytes would not make them faster. What
 * other tasks of the executor receive at the same time is in the figure already. Executors read from one another, so what
 * readers here find is what readers of chunks written here will find.
 *
 * <p>A moving average over the last hundreds of megabytes, which starts from an assumption. Safe for many threads.
 */
public final class MeasuredLink implements LinkSpeed, FetchMeter {
    /** What the assumption weighs against what is measured. */
    private static final double ASSUMED_BYTES = 16 << 20;

    /** Beyond this, what was measured before counts half. */
    private static final double WINDOW_BYTES = 256 << 20;

    private final Clock clock;
    private double bytes = ASSUMED_BYTES;
    private double waitedNanos;

    /** @param assumedBytesPerSecond until more is known; positive */
    public MeasuredLink(long assumedBytesPerSecond, Clock clock) {
        this.clock = clock;
        this.waitedNanos = ASSUMED_BYTES * 1e9 / assumedBytesPerSecond;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public synchronized void arrived(long arrivedBytes, long nanos) {
        bytes += arrivedBytes;
        waitedNanos += nanos;
        if (bytes > WINDOW_BYTES) {
            bytes /= 2;
            waitedNanos /= 2;
        }
    }

    @Override
    public synchronized double bytesPerSecond() {
        return waitedNanos == 0 ? Double.POSITIVE_INFINITY : bytes * 1e9 / waitedNanos;
    }
}
