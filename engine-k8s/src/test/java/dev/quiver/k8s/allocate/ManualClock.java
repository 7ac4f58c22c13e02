package dev.quiver.k8s.allocate;

import dev.quiver.time.Clock;
import java.time.Duration;

/** A clock that moves by hand. */
final class ManualClock implements Clock {
    private long nanos;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return nanos / 1_000_000;
    }

    void advance(Duration duration) {
        nanos += duration.toNanos();
    }
}
