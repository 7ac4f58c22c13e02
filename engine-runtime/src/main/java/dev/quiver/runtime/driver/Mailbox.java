package dev.quiver.runtime.driver;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** News for one waiting thread, in the order in which it comes. Any thread puts; only the one that waits takes. */
final class Mailbox<N> {
    private static final int LOOKS_PER_CLOCK = 32;

    private final Queue<N> news = new ConcurrentLinkedQueue<>();
    private final long awakeUntilNanos;
    private volatile Thread sleeper;

    /**
     * @param awakeNanos how long from now on the taker looks for news instead of sleeping, which costs a processor
     *                   meanwhile; 0 to sleep at once
     */
    Mailbox(long awakeNanos) {
        this.awakeUntilNanos = System.nanoTime() + awakeNanos;
    }

    void put(N item) {
        news.add(item);
        Thread waiting = sleeper;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** The next news, or null; any thread, once nobody waits any more. */
    N poll() {
        return news.poll();
    }

    /** Waits for the next news. */
    N take() throws InterruptedException {
        N item = watch();
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
        for (int look = 0; item == null; look++, item = news.poll()) {
            if (look % LOOKS_PER_CLOCK == LOOKS_PER_CLOCK - 1) {
                if (System.nanoTime() - awakeUntilNanos >= 0) {
                    return null;
                }
                Thread.yield();
            }
            Thread.onSpinWait();
        }
        return item;
    }
}
