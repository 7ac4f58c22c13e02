package dev.quiver.scheduler;

import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A clock that moves by hand, and a timer on it. */
final class VirtualTime implements Clock, Timer<SchedulerEvent> {
    private final Consumer<SchedulerEvent> loop;
    private final TreeSet<Posting> postings =
            new TreeSet<>(Comparator.comparingLong(Posting::dueNanos).thenComparingLong(Posting::number));
    private long nowNanos;
    private long count;

    VirtualTime(Consumer<SchedulerEvent> loop) {
        this.loop = loop;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long epochMillis() {
        return nowNanos / 1_000_000;
    }

    @Override
    public Scheduled postAfter(Duration delay, SchedulerEvent event) {
        Posting posting = new Posting(nowNanos + delay.toNanos(), count++, event);
        postings.add(posting);
        return () -> postings.remove(posting);
    }

    /** Moves the clock, posting what falls due on the way. */
    void advance(Duration duration) {
        long end = nowNanos + duration.toNanos();
        while (!postings.isEmpty() && postings.first().dueNanos() <= end) {
            Posting next = postings.pollFirst();
            nowNanos = next.dueNanos();
            loop.accept(next.event());
        }
        nowNanos = end;
    }

    int pendingTimers() {
        return postings.size();
    }

    private record Posting(long dueNanos, long number, SchedulerEvent event) {}
}
