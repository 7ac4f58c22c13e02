package dev.quiver.k8s.allocate;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to happen, in order of time; what is due at the same moment happens in the order it was planned. */
final class VirtualTime {
    final ManualClock clock = new ManualClock();
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::millis).thenComparingLong(Due::number));
    private long nextNumber;

    private record Due(long millis, long number, Runnable action) {}

    void after(long millis, Runnable action) {
        queue.add(new Due(clock.epochMillis() + millis, nextNumber++, action));
    }

    /** Lets time pass; {@code check} is run after everything that happens. */
    void pass(long millis, Runnable check) {
        long end = clock.epochMillis() + millis;
        while (!queue.isEmpty() && queue.peek().millis() <= end) {
            Due due = queue.remove();
            clock.advance(Duration.ofMillis(due.millis() - clock.epochMillis()));
            due.action().run();
            check.run();
        }
        clock.advance(Duration.ofMillis(end - clock.epochMillis()));
    }
}
