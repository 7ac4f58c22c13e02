package dev.quiver.runtime.simulation;

import dev.quiver.time.Clock;
import java.util.Comparator;
import java.util.PriorityQueue;

/** What happens next: everything that is to happen, by virtual time, and at the same time in an order drawn from the seed. */
final class Agenda implements Clock {
    private static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::dueNanos)
            .thenComparingLong(Entry::tie)
            .thenComparingLong(Entry::number);

    private final PriorityQueue<Entry> entries = new PriorityQueue<>(ORDER);
    private final Chance chance;
    private long nowNanos;
    private long count;

    private record Entry(long dueNanos, long tie, long number, Runnable what) {}

    Agenda(Chance chance) {
        this.chance = chance;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long epochMillis() {
        return nowNanos / 1_000_000;
    }

    /** Has something happen at a time, or now when that has passed. */
    void at(long nanos, Runnable what) {
        long number = count++;
        entries.add(new Entry(Math.max(nowNanos, nanos), chance.number(3, number), number, what));
    }

    void after(long nanos, Runnable what) {
        at(nowNanos + nanos, what);
    }

    /** Does the next thing; false when there is none until then. */
    boolean step(long untilNanos) {
        Entry next = entries.peek();
        if (next == null || next.dueNanos() > untilNanos) {
            return false;
        }
        entries.poll();
        nowNanos = next.dueNanos();
        next.what().run();
        return true;
    }
}
