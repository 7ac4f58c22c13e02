package dev.quiver.event;

import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Runs events one at a time, in posting order. A thread drives it in production; a test steps it by hand. Posting is safe
 * from any thread; everything else belongs to the one thread that runs it.
 *
 * @param <E> the events
 */
public final class EventLoop<E> {
    private final BlockingQueue<E> queue = new LinkedBlockingQueue<>();
    private final ArrayDeque<E> drained = new ArrayDeque<>();
    private final Consumer<? super E> handler;
    private volatile Thread owner;

    public EventLoop(Consumer<? super E> handler) {
        this.handler = handler;
    }

    /** Adds an event. Never blocks. */
    public void post(E event) {
        queue.add(event);
    }

    /** Waits for an event and handles it. */
    public void runNext() throws InterruptedException {
        owner = Thread.currentThread();
        if (drained.isEmpty()) {
            drained.add(queue.take());
            queue.drainTo(drained, 1023);
        }
        handler.accept(drained.poll());
    }

    /** Handles what is there without waiting; returns how many events that was. For tests and simulators. */
    public int runReady() {
        owner = Thread.currentThread();
        int handled = 0;
        while (true) {
            E event = drained.isEmpty() ? queue.poll() : drained.poll();
            if (event == null) {
                return handled;
            }
            handler.accept(event);
            handled++;
        }
    }

    /** True when the next {@link #runNext} may have to wait, so that batched work should be flushed first. Loop only. */
    public boolean isIdle() {
        return drained.isEmpty() && queue.isEmpty();
    }

    /** Events posted and not yet handled, approximately: a metric. */
    public int depth() {
        return queue.size();
    }

    /** Fails when a thread touches what belongs to the loop. */
    public void assertOnLoop() {
        assert owner == null || Thread.currentThread() == owner
                : "loop state touched by " + Thread.currentThread().getName();
    }
}
