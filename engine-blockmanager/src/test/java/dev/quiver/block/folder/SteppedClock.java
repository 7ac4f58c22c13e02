package dev.quiver.block.folder;

import dev.quiver.time.Clock;
import java.time.Duration;

/** Stands still until a test moves it. */
public final class SteppedClock implements Clock {
    private volatile long nanos = -5;

    public void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return 0;
    }
}
