package dev.quiver.k8s.allocate;

import java.time.Duration;

/** When to try again after a failure: at once, then after twice the time before, up to a limit. */
final class Backoff {
    private final long firstNanos;
    private final long mostNanos;
    private long waitNanos;
    private long untilNanos;
    private boolean waiting;

    Backoff(Duration first, Duration most) {
        this.firstNanos = first.toNanos();
        this.mostNanos = most.toNanos();
    }

    /** It failed. */
    void failed(long nowNanos) {
        waitNanos = waitNanos == 0 ? firstNanos : Math.min(mostNanos, 2 * waitNanos);
        untilNanos = nowNanos + waitNanos;
        waiting = true;
    }

    /** It worked: the next failure is the first. */
    void succeeded() {
        waitNanos = 0;
        waiting = false;
    }

    boolean mayTry(long nowNanos) {
        return !waiting || nowNanos - untilNanos >= 0;
    }
}
