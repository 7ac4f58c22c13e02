package dev.quiver.runtime.driver;

import dev.quiver.event.EventLoop;
import dev.quiver.runtime.executor.IdleWork;
import dev.quiver.time.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that drives the driver's event loop, and the timer that posts to it. */
final class ControlLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final long CLOSE_MILLIS = 5_000;

    private final EventLoop<DriverEvent> loop;
    private final Thread thread;
    private final ScheduledExecutorService timer;
    private volatile boolean closed;

    /** @param handler runs on the loop's thread; what it throws is logged, and the loop goes on */
    ControlLoop(Consumer<DriverEvent> handler) {
        this.loop = new EventLoop<>(event -> handle(handler, event));
        this.thread = new Thread(this::run, "driver-loop");
        this.thread.setDaemon(true);
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread timerThread = new Thread(work, "driver-timer");
            timerThread.setDaemon(true);
            return timerThread;
        });
    }

    void start() {
        thread.start();
    }

    void post(DriverEvent event) {
        if (!closed) {
            loop.post(event);
        }
    }

    /** Handles the event in this thread if the loop has nothing to do, else posts it; what goes wrong is logged. */
    void postOrHandle(DriverEvent event) {
        if (!closed) {
            loop.postOrHandle(event);
        }
    }

    private static void handle(Consumer<DriverEvent> handler, DriverEvent event) {
        try {
            handler.accept(event);
        } catch (Throwable failure) {
            // The loop must go on: without it, every job would wait for ever.
            LOG.error(
                    "The driver could not handle an event; this is an error in the engine, please report it", failure);
        }
    }

    /** Has idle threads of this process handle events, so that a small job needs few changes of threads. */
    IdleWork idleWork() {
        return new IdleWork() {
            @Override
            public void begin() {
                loop.beginWatch();
            }

            @Override
            public void look() {
                loop.help();
            }

            @Override
            public void end() {
                loop.endWatch();
            }
        };
    }

    /** Posts once, later; never, when the loop is closed by then. */
    Future<?> postAfter(Duration delay, DriverEvent event) {
        try {
            return timer.schedule(() -> post(event), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closedMeanwhile) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Posts again and again until the loop closes. */
    void postEvery(Duration interval, DriverEvent event) {
        timer.scheduleAtFixedRate(() -> post(event), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The timer of those that the loop drives. */
    Timer<DriverEvent> timer() {
        return (delay, event) -> {
            Future<?> posting = postAfter(delay, event);
            return () -> posting.cancel(false);
        };
    }

    /** Events waiting, about. */
    int depth() {
        return loop.depth();
    }

    private void run() {
        while (!closed) {
            try {
                loop.runNext();
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(CLOSE_MILLIS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
