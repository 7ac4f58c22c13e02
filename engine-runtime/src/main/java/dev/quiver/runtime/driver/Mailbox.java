package dev.quiver.runtime.driver;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** News for one waiting thread, in the order in which it comes. Any thread puts; only the one that waits takes. */
final class Mailbox<N> {
    private static final int LOOKS_PER_CLOCK = 32;

    private final Queue<N> news = new ConcurrentLinkedQueue<>();
    private final long awakeNanos;
    private volatile Thread sleeper;

    /** @param awakeNanos how long the taker looks for news before it sleeps, which costs a processor meanwhile */
    Mailbox(long awakeNanos) {
        this.awakeNanos = awakeNanos;
    }

    void put(N item) {
        news.add(item);
        Thread waiting = sleeper;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Waits for the next news. */
    N take() throws InterruptedException {
        N item = awakeNanos > 0 ? watch() : news.poll();
        if (item != null) {
            return item;
        }
        sleeper = Thread.currentThread();
        try {
            for (item = news.poll(); item == null; item = news.poll()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.park(this);
            }
            return item;
        } finally {
            sleeper = null;
        }
    }

    private N watch() {
        N item = news.poll();
        long start = item == null ? System.nanoTime() : 0;
        for (int look = 1; item == null; look++, item = news.poll()) {
            Thread.onSpinWait();
            if (look % LOOKS_PER_CLOCK == 0) {
                if (System.nanoTime() - start > awakeNanos) {
                    return null;
                }
                Thread.yield();
            }
        }
        return item;
    }
}
