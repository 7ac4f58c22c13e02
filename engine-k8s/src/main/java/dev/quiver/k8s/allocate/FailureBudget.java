package dev.quiver.k8s.allocate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Executors that failed of late. */
final class FailureBudget {
    private final long intervalNanos;
    private final Deque<Long> failures = new ArrayDeque<>();

    FailureBudget(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /** One more failed. Returns how many have, within the interval. */
    int failed(long nowNanos) {
        failures.addLast(nowNanos);
        while (nowNanos - failures.getFirst() > intervalNanos) {
            failures.removeFirst();
        }
        return failures.size();
    }
}
