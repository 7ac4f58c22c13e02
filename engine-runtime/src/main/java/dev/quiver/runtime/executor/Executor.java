package dev.quiver.runtime.executor;

import dev.quiver.block.memory.Pressure;
import dev.quiver.exec.pipeline.PipelineSettings;
import dev.quiver.exec.pipeline.TaskProduct;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.id.BlockId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.executor.TaskQueue.Queued;
import dev.quiver.runtime.process.ExitCodes;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.time.Clock;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks in a fixed number of slots, one thread each, and reports how they ended. Told what to do by
 * {@link #handle}, from any thread; never blocks its caller.
 */
public final class Executor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);
    /** Deep enough for long chains of nested iterators in user code; only what is touched costs memory. */
    private static final long STACK_BYTES = 16L << 20;

    private static final long INTERRUPT_MILLIS = 500;
    private static final long DEAF_MILLIS = 5_000;
    private static final long CLOSE_MILLIS = 500;
    private static final long HEAP_MILLIS = 100;
    /** No more of the tasks that follow are looked at to fetch for them. */
    private static final int MOST_UPCOMING = 1024;

    private final ExecutorSettings settings;
    private final DataPlane data;
    private final ValueSerializer serializer;
    private final Clock clock;
    private final TaskQueue queue;
    private final ApplicationClasses classes;
    private final Programs programs;
    private final Reports reports;
    private final DriverLink driver;
    private final BarrierCalls barrier;
    private final Fatal fatal;
    private final Map<TaskAttempt, RunningTask> running = new ConcurrentHashMap<>();
    private final Cancellations<StageAttempt> cancelled = new Cancellations<>();
    private final Cancellations<TaskAttempt> inVain = new Cancellations<>();
    private final List<Thread> slots = new ArrayList<>();
    private final HeapPressure heapPressure;
    private final HeapGauge heap = HeapGauge.ofThisProcess();
    private Pressure pressure = Pressure.NONE;
    private final ScheduledExecutorService scheduler;

    /** Ends this process, when it can do its work no more; in the driver's process there is nothing to end. */
    interface Fatal {
        void end(int exitCode, String why);
    }

    /**
     * @param data     transferred: closed with the executor
     * @param idleWork what slots do before they sleep; null when they sleep at once
     * @param fatal    told from any thread
     */
    public Executor(
            ExecutorSettings settings,
            DriverLink driver,
            DataPlane data,
            ApplicationClasses classes,
            ValueSerializer serializer,
            Clock clock,
            IdleWork idleWork,
            Fatal fatal) {
        this.settings = settings;
        this.driver = driver;
        this.barrier = new BarrierCalls(driver);
        this.data = data;
        this.serializer = serializer;
        this.clock = clock;
        this.fatal = fatal;
        this.classes = classes;
        this.queue = new TaskQueue(idleWork);
        this.heapPressure = new HeapPressure(settings.heapLimit());
        this.programs = new Programs(
                serializer,
                classes,
                PipelineSettings.forHeap(Runtime.getRuntime().maxMemory()).functions(settings.functions()));
        this.scheduler = Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "executor-reports", 0));
        this.reports = new Reports(driver, data::drainBlockUpdates, scheduler, this::broken);
    }

    /** Opens the slots. */
    public void start() {
        for (int slot = 0; slot < settings.slots(); slot++) {
            Thread thread = daemon(this::work, "task-slot-" + slot, STACK_BYTES);
            thread.setContextClassLoader(classes.get());
            slots.add(thread);
            thread.start();
        }
        long heartbeatNanos = settings.heartbeatInterval().toNanos();
        scheduler.scheduleAtFixedRate(this::beat, heartbeatNanos, heartbeatNanos, TimeUnit.NANOSECONDS);
        scheduler.scheduleAtFixedRate(this::lookAtHeap, HEAP_MILLIS, HEAP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Under pressure tasks wait in the queue, and those that run get less memory, or none. */
    private void lookAtHeap() {
        try {
            Pressure now = heapPressure.look(heap);
            if (now != pressure) {
                LOG.info(
                        "The heap of this executor is under pressure: {} (before: {}). {}",
                        now,
                        pressure,
                        data.memoryReport().describe());
                pressure = now;
                queue.pause(now != Pressure.NONE);
                data.pressure(now);
            }
        } catch (Throwable failure) {
            broken(failure);
        }
    }

    private static Thread daemon(Runnable work, String name, long stackBytes) {
        Thread thread = new Thread(null, work, name, stackBytes);
        thread.setDaemon(true);
        return thread;
    }

    /** Does what the driver says. */
    public void handle(ToExecutor message) {
        if (message instanceof ToExecutor.LaunchTasks launch) {
            queue.add(launch);
        } else if (message instanceof ToExecutor.InstallProgram install) {
            programs.install(install.program(), install.content());
        } else if (message instanceof ToExecutor.SharePlan share) {
            programs.install(share.program(), share.plan());
        } else if (message instanceof ToExecutor.ForgetProgram forget) {
            programs.forget(forget.program());
        } else if (message instanceof ToExecutor.CancelStage cancel) {
            cancel(cancel.stage(), cancel.reason(), cancel.interrupt());
        } else if (message instanceof ToExecutor.CopyBlock copy) {
            data.copy(copy, reports::flush);
        } else if (message instanceof ToExecutor.CancelTask cancel) {
            cancel(cancel.task(), cancel.reason());
        } else if (message instanceof ToExecutor.Shutdown) {
            stop();
        } else {
            data.handle(message);
        }
    }

    private void cancel(StageAttempt stage, String reason, boolean interrupt) {
        cancelled.add(stage, reason);
        data.forgetAhead(stage);
        for (Queued task : queue.removeAll(stage)) {
            TaskEnd end = new TaskEnd(task.task(), task.attempt(), new TaskOutcome.Killed(reason), TaskMetrics.ZERO);
            reports.ended(stage, end, false);
        }
        running.forEach((attempt, task) -> {
            if (attempt.stage().equals(stage) && interrupt) {
                kill(task, reason);
            } else if (attempt.stage().equals(stage)) {
                tell(task, reason);
            }
        });
    }

    /** A task whose partition is done: it had better stop, but its stage goes on, and so does this process. */
    private void cancel(TaskAttempt attempt, String reason) {
        inVain.add(attempt, reason);
        RunningTask task = running.get(attempt);
        if (task != null) {
            stop(task, reason);
        }
    }

    /** Asks, and leaves it at that. */
    private void tell(RunningTask task, String reason) {
        task.kill(reason);
        data.wakeWaiting();
    }

    /** Asks first, then interrupts. */
    private void stop(RunningTask task, String reason) {
        tell(task, reason);
        if (!scheduler.isShutdown()) {
            scheduler.schedule(task::interrupt, INTERRUPT_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** A task that is deaf to both costs the process, since its slot is lost. */
    private void kill(RunningTask task, String reason) {
        stop(task, reason);
        if (!scheduler.isShutdown()) {
            scheduler.schedule(() -> giveUp(task), DEAF_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(RunningTask task) {
        if (task.interrupt()) {
            fatal.end(
                    ExitCodes.DEAF_TASK,
                    "task " + task.attempt() + " was cancelled and does not react to interrupts; it stands at "
                            + LastWords.caller(task.thread().getStackTrace()));
        }
    }

    private void work() {
        try {
            for (Queued task = next(); task != null; task = next()) {
                TaskEnd end;
                try {
                    end = run(task);
                } finally {
                    queue.ended();
                }
                boolean noMemory = end.outcome() instanceof TaskOutcome.OutOfMemory;
                reports.ended(task.stage(), end, noMemory || queue.size() < settings.slots());
                if (noMemory) {
                    reports.flushFully();
                    LastWords.awaitDelivery(driver);
                    fatal.end(ExitCodes.OUT_OF_MEMORY, ((TaskOutcome.OutOfMemory) end.outcome()).message());
                }
            }
        } catch (Throwable broken) {
            broken(broken);
        }
    }

    /** An interrupt that user code left behind, or that came late, is no reason to give up a slot. */
    private Queued next() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException late) {
                LOG.debug("A slot was interrupted while it waited for a task", late);
            }
        }
    }

    /** What should never fail did; the ends of tasks may be lost, so this process must not go on as if nothing were. */
    private void broken(Throwable failure) {
        if (!scheduler.isShutdown()) {
            fatal.end(ExitCodes.BROKEN, "the executor cannot go on: " + failure);
        }
    }

    private TaskEnd run(Queued queued) {
        TaskAttempt attempt = new TaskAttempt(queued.stage(), queued.task(), queued.attempt());
        RunningTask task = new RunningTask(
                attempt,
                queued.slice(),
                Thread.currentThread(),
                data::broadcast,
                barrier,
                () -> queue.next(queued.stage(), MOST_UPCOMING));
        TaskCounters counters = new TaskCounters();
        running.put(attempt, task);
        String reason = cancelled.reason(queued.stage());
        String vain = inVain.reason(attempt);
        if (reason != null) {
            kill(task, reason);
        } else if (vain != null) {
            stop(task, vain);
        }
        long start = clock.nanoTime();
        TaskOutcome outcome;
        try (TaskData services = data.open(task, counters)) {
            settings.beforeTask().accept(attempt);
            TaskProduct product = task.call(() -> {
                if (task.isKilled()) {
                    throw new TaskKilled();
                }
                return programs.get(queued.program()).run(queued.partition(), queued.slice(), services);
            });
            outcome = success(attempt, product, task.accumulators(serializer));
            services.succeeded();
        } catch (Throwable thrown) {
            outcome = Outcomes.of(task, thrown, data::memoryReport);
            LOG.debug("task={} failed", attempt, thrown);
        } finally {
            running.remove(attempt);
            task.end();
            forgetAheadOfNobody(queued.stage());
        }
        return new TaskEnd(queued.task(), queued.attempt(), outcome, counters.snapshot(clock.nanoTime() - start));
    }

    /** The last task of a stage attempt here has ended: what was fetched for others of them went to waste. */
    private void forgetAheadOfNobody(StageAttempt stage) {
        if (data.isAheadOf(stage)
                && queue.next(stage, 1).length == 0
                && running.keySet().stream().noneMatch(task -> task.stage().equals(stage))) {
            data.forgetAhead(stage);
        }
    }

    private TaskOutcome success(TaskAttempt attempt, TaskProduct product, Map<Long, byte[]> accumulators)
            throws Exception {
        EndSize.requireSendable(accumulators);
        if (product instanceof TaskProduct.Wrote wrote) {
            return new TaskOutcome.Wrote(wrote.output(), accumulators);
        }
        byte[] value = ((TaskProduct.Value) product).bytes();
        if (value.length <= Math.min(settings.maxInlineResult().value(), EndSize.MOST_BYTES)) {
            return new TaskOutcome.Returned(value, accumulators);
        }
        BlockId block = new BlockId.TaskResult(attempt);
        data.storeResult(block, value);
        return new TaskOutcome.Stored(block, data.self(), value.length, accumulators);
    }

    private void beat() {
        try {
            heartbeat();
        } catch (Throwable failure) {
            // Thrown on, it would end all heartbeats.
            broken(failure);
        }
    }

    private void heartbeat() {
        Runtime runtime = Runtime.getRuntime();
        long gcMillis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            gcMillis += Math.max(0, collector.getCollectionTime());
        }
        driver.tell(new ToDriver.Heartbeat(
                running.size(),
                queue.size(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                gcMillis,
                data.memoryReport().ledger()));
        reports.flush();
    }

    /** Whether results are here that the driver has not fetched. */
    boolean keepsResults() {
        return data.keepsResults();
    }

    /** Tasks in a slot now, for whoever must explain the end of this process. */
    List<RunningTask> runningTasks() {
        return List.copyOf(running.values());
    }

    /** Which task called {@code System.exit}, where, when one is ending this process now. */
    public Optional<String> exitingTask() {
        return LastWords.exitingTask(this);
    }

    /** Reports the end of a task that will not report itself any more, and sends everything gathered. */
    void reportLast(RunningTask task, TaskOutcome outcome) {
        TaskAttempt attempt = task.attempt();
        reports.ended(
                attempt.stage(), new TaskEnd(attempt.partition(), attempt.attempt(), outcome, TaskMetrics.ZERO), true);
        reports.flushFully();
    }

    /** Stops taking tasks and tells running ones to stop; waits for nothing. */
    private void stop() {
        queue.close();
        running.values().forEach(task -> task.kill("the executor stops"));
        data.wakeWaiting();
        scheduler.shutdownNow();
        for (Thread slot : slots) {
            if (slot != Thread.currentThread()) {
                slot.interrupt();
            }
        }
    }

    /**
     * Stops, and frees what this executor holds. Tasks get a moment to let go of it first; user code that takes longer
     * finds its files and blocks gone.
     */
    @Override
    public void close() {
        stop();
        long deadline = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        try {
            for (Thread slot : slots) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanoTime());
                if (slot != Thread.currentThread() && left > 0) {
                    slot.join(left);
                }
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        data.close();
    }
}
