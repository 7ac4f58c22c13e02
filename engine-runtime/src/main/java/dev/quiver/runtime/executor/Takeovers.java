package dev.quiver.runtime.executor;

import dev.quiver.exec.task.TaskCounters;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.shuffle.store.AdoptedOutputs;
import dev.quiver.shuffle.store.ShuffleStore;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes map outputs over from executors that are about to leave: fetches them as a reader would, keeps them as if they had
 * been written here, and tells the driver how that went. Whatever is told, the driver answers for what readers hear. Safe
 * for use by many threads.
 */
final class Takeovers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);
    private static final long IDLE_SECONDS = 10;

    private final ShuffleStore store;
    private final LocatedShuffles sources;
    private final DriverLink driver;
    private final ThreadPoolExecutor threads;
    private volatile boolean closed;

    /** @param most that are under way at a time; the others wait */
    Takeovers(ShuffleStore store, LocatedShuffles sources, DriverLink driver, int most) {
        this.store = store;
        this.sources = sources;
        this.driver = driver;
        this.threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "takeovers");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Takes map outputs over, in its own time. */
    void begin(ToExecutor.TakeOutputs order) {
        try {
            threads.execute(() -> run(order));
        } catch (RejectedExecutionException ending) {
            tell(order, "executor is ending");
        }
    }

    private void run(ToExecutor.TakeOutputs order) {
        String problem = "";
        try (AdoptedOutputs adopted = store.adopt(order.shuffle(), order.reduceCount(), order.versions())) {
            if (adopted.wanted().count() > 0) {
                sources.copy(order.from(), order.shuffle(), adopted, new TaskCounters(), () -> closed);
            }
            adopted.commit();
        } catch (Exception | LinkageError | OutOfMemoryError failure) {
            LOG.warn(
                    "shuffle={} {} map outputs could not be taken over from executor {}; the driver may ask another",
                    order.shuffle(),
                    order.versions().size(),
                    order.from(),
                    failure);
            problem = String.valueOf(failure.getMessage());
        }
        tell(order, problem);
    }

    private void tell(ToExecutor.TakeOutputs order, String problem) {
        driver.tell(new ToDriver.OutputsTaken(order.number(), problem));
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
    }
}
