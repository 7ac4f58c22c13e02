package dev.quiver.event;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs events one at a time, in posting order. A thread drives it in production; a test steps it by hand. While that
 * thread sleeps, another may handle an event of its own in its place and spare both a change of threads:
 * <pre>
 *   post ───────────────► queue ──► runNext ──┐
 *                                             ├──► handler, by one thread at a time: the owner
 *   postOrHandle, when nothing waits or runs ─┘
 * </pre>
 * What the handler touches passes from owner to owner, each seeing all that those before it did. Posting is safe from any
 * thread, and so are {@link #postOrHandle} and watching; everything else belongs to the one thread that drives the loop.
 *
 * @param <E> the events
 */
public final class EventLoop<E> {
    private final Queue<E> queue = new ConcurrentLinkedQueue<>();
    private final Consumer<? super E> handler;

    /** Who handles an event now; null when nobody does. */
    private final AtomicReference<Thread> owner = new AtomicReference<>();

    /** The driving thread while it sleeps. */
    private final AtomicReference<Thread> sleeper = new AtomicReference<>();

    /** Threads that watch the queue for a moment, so that nobody needs to be woken. */
    private final AtomicInteger watchers = new AtomicInteger();

    public EventLoop(Consumer<? super E> handler) {
        this.handler = handler;
    }

    /** Adds an event. Never blocks. */
    public void post(E event) {
        queue.add(event);
        if (watchers.get() == 0) {
            wake();
        }
    }

    /**
     * Handles the event before it returns if the loop has nothing else to do, and posts it otherwise. For threads that
     * may spend the time: what the handler does, they do, and what it throws, they get.
     */
    public void postOrHandle(E event) {
        if (!queue.isEmpty() || !owner.compareAndSet(null, Thread.currentThread())) {
            post(event);
            return;
        }
        try {
            handler.accept(event);
        } finally {
            release();
            if (!queue.isEmpty()) {
                wake();
            }
        }
    }

    /** From here on this thread calls {@link #help} again and again, until it calls {@link #endWatch}. */
    public void beginWatch() {
        watchers.incrementAndGet();
    }

    /** Handles what waits, unless another thread is at it. */
    public void help() {
        if (!queue.isEmpty()) {
            runReady();
        }
    }

    /** This thread has something else to do. */
    public void endWatch() {
        watchers.decrementAndGet();
        if (!queue.isEmpty()) {
            wake();
        }
    }

    /** Waits for an event and handles it. */
    public void runNext() throws InterruptedException {
        E event = poll();
        while (event == null) {
            sleep();
            event = poll();
        }
        handle(event);
    }

    /** Handles what is there without waiting; returns how many events that was. For tests and simulators. */
    public int runReady() {
        int handled = 0;
        while (true) {
            E event = poll();
            if (event == null) {
                return handled;
            }
            handle(event);
            handled++;
        }
    }

    /** The next event, of which this thread is the owner then; null when there is none or another owns the loop. */
    private E poll() {
        if (queue.isEmpty() || !owner.compareAndSet(null, Thread.currentThread())) {
            return null;
        }
        E event = queue.poll();
        if (event == null) {
            release();
        }
        return event;
    }

    private void handle(E event) {
        try {
            handler.accept(event);
        } finally {
            release();
        }
    }

    private void release() {
        owner.set(null);
    }

    /** Whoever posts an event, or leaves one behind as an owner, looks for a sleeper afterwards: none is forgotten. */
    private void sleep() throws InterruptedException {
        sleeper.set(Thread.currentThread());
        try {
            if (queue.isEmpty() || owner.get() != null) {
                LockSupport.park(this);
            }
        } finally {
            sleeper.set(null);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void wake() {
        Thread thread = sleeper.get();
        if (thread != null && sleeper.compareAndSet(thread, null)) {
            LockSupport.unpark(thread);
        }
    }

    /** Events posted and not yet handled, approximately: a metric. Costs time for each of them. */
    public int depth() {
        return queue.size();
    }

    /** Fails when a thread touches what belongs to the loop. */
    public void assertOnLoop() {
        assert owner.get() == null || owner.get() == Thread.currentThread()
                : "loop state touched by " + Thread.currentThread().getName();
    }
}
