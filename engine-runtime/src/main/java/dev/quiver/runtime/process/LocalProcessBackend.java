package dev.quiver.runtime.process;

import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.process.StartFailures.Verdict;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.backend.ExecutorRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors as processes of this machine. A process that ends is replaced by a new incarnation of the same name, unless
 * processes keep ending before they are ready for tasks: then this backend gives up and says why. Safe for use by many
 * threads: its state is guarded by its monitor, and processes are started and ended on a thread of its own.
 */
public final class LocalProcessBackend implements ClusterBackend {
    private static final Logger LOG = LoggerFactory.getLogger(LocalProcessBackend.class);
    private static final long EXIT_SECONDS = 5;

    private final ProcessStarter starts;
    private final Events events;
    private final ExecutorService starter = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "executor-starter");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, ExecutorProcess> live = new LinkedHashMap<>();
    private final Map<String, Integer> nextIncarnation = new LinkedHashMap<>();
    private final StartFailures failures = new StartFailures();
    private final ControlGroup group = ControlGroup.ofThisProcess();
    private int target;
    private boolean closed;

    /**
     * @param host   where executors listen
     * @param folders below each of which each gets a folder of its own
     * @param events told of ended processes, from threads of this backend
     */
    public LocalProcessBackend(ExecutorRecipe recipe, String host, List<Path> folders, Events events) {
        this.starts = new ProcessStarter(recipe, host, folders);
        this.events = events;
    }

    @Override
    public synchronized void requestExecutors(int count) {
        target = count;
        for (int index = 0; index < count; index++) {
            String name = String.valueOf(index);
            if (!live.containsKey(name)) {
                start(name);
            }
        }
    }

    private void start(String name) {
        int incarnation = nextIncarnation.merge(name, 1, Integer::sum) - 1;
        ExecutorId id = new ExecutorId(name, incarnation);
        starter.execute(() -> launch(id));
    }

    private void launch(ExecutorId id) {
        ExecutorProcess process;
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                process = starts.start(id);
            } catch (IOException failure) {
                events.onGaveUp("cannot start an executor process: " + failure.getMessage() + "; check the disk of "
                        + starts.folders() + " and the limits on processes");
                return;
            }
            live.put(id.name(), process);
        }
        LOG.info("executor={} started as process {}", id, process.processId());
        process.onExit(() -> onExit(process));
        // Behind the starts that wait: all processes start before the first is greeted.
        greetLater(process);
    }

    private synchronized void greetLater(ExecutorProcess process) {
        if (!closed) {
            starter.execute(() -> greet(process));
        }
    }

    private void greet(ExecutorProcess process) {
        try {
            starts.greet(process);
        } catch (CompletionException driverFailed) {
            LOG.debug("executor={} is not greeted, since the driver could not start", process.id(), driverFailed);
        }
    }

    /** An executor is ready for tasks, so its kind can start. */
    @Override
    public synchronized void onReady(ExecutorId id) {
        ExecutorProcess process = live.get(id.name());
        if (process != null && process.id().equals(id)) {
            process.markReady();
            failures.ready(id.name());
        }
    }

    private void onExit(ExecutorProcess process) {
        boolean starved = process.wasKilled() && group.takeKill();
        String reason = process.describeExit() + (starved ? starved() : "");
        Verdict verdict = Verdict.START_AGAIN;
        synchronized (this) {
            live.remove(process.id().name(), process);
            process.deleteFolders();
            if (closed) {
                return;
            }
            if (!process.isReady()) {
                verdict = failures.failed(process.id().name(), target, anyReady());
            }
        }
        events.onExecutorEnded(process.id(), reason, starved || process.endedItself());
        switch (verdict) {
            case GIVE_UP ->
                events.onGaveUp("executors cannot start (" + starts.recipe().heap() + " of heap each): " + reason
                        + "; check their memory and " + ProcessSettings.EXECUTOR_JAVA_OPTIONS.name());
            case LEAVE_OUT ->
                LOG.error(
                        "executor={} is not started again: {} times in a row it ended before it was ready, the last"
                                + " time because {}. The other executors go on without it; start the application anew"
                                + " when the cause is mended",
                        process.id().name(),
                        StartFailures.MOST_OF_ONE,
                        reason);
            case START_AGAIN -> startAgain(process.id().name());
        }
    }

    /** Tasks are to blame, as far as anybody is: else one that needs too much would run, and be killed, for ever. */
    private String starved() {
        return ", by the system, for want of memory in their control group" + group.describe()
                + ". Give it more, or the executors less: beside its heap of "
                + starts.recipe().heap() + " each needs some outside";
    }

    private synchronized void startAgain(String name) {
        if (!closed && Integer.parseInt(name) < target && !live.containsKey(name)) {
            start(name);
        }
    }

    private boolean anyReady() {
        return live.values().stream().anyMatch(ExecutorProcess::isReady);
    }

    @Override
    public synchronized void kill(ExecutorId executor, String reason) {
        ExecutorProcess process = live.get(executor.name());
        if (process != null && process.id().equals(executor)) {
            process.kill();
        }
    }

    /** Process ids of the executors that take tasks, by executor: for those who kill them on purpose. */
    public synchronized Map<ExecutorId, Long> processIds() {
        Map<ExecutorId, Long> ids = new LinkedHashMap<>();
        live.values().stream()
                .filter(ExecutorProcess::isReady)
                .forEach(process -> ids.put(process.id(), process.processId()));
        return ids;
    }

    @Override
    public void close() {
        List<ExecutorProcess> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayList<>(live.values());
        }
        starter.shutdownNow();
        ending.forEach(ExecutorProcess::closeInput);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(EXIT_SECONDS);
        for (ExecutorProcess process : ending) {
            process.awaitExit(deadline - System.nanoTime());
            process.deleteFolders();
        }
    }
}
