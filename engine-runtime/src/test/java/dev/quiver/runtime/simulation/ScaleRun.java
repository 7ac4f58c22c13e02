package dev.quiver.runtime.simulation;

import com.sun.management.OperatingSystemMXBean;
import dev.quiver.config.Config;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.driver.ExecutorLink;
import dev.quiver.runtime.driver.SteppedDriver;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriverCodec;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import dev.quiver.time.Clock;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How the driver's loop fares with many of everything: tasks, executors, jobs. Executors run a task in no time. CPU time of
 * the thread, which a busy machine does not change; figures belong to the machine all the same.
 *
 * <p>Arguments: {@code tasks N}, {@code loss}, {@code heartbeats}, {@code jobs}.
 */
public final class ScaleRun {
    private static final CallSite SITE = new CallSite("count", "ScaleRun");
    private static final TaskMetrics SHORT = new TaskMetrics(20_000, 0, 0, 0, 0, 0, 0, 0);
    private static final TaskOutcome DONE = new TaskOutcome.Returned(new byte[0], Map.of());
    private static final int REPORTED_AT_ONCE = 64;

    private final Map<ExecutorId, ArrayDeque<TaskEnd>> queues = new LinkedHashMap<>();
    private final Map<ExecutorId, StageAttempt> stages = new LinkedHashMap<>();
    private final SteppedDriver driver;
    private int launched;
    private int jobs;

    private ScaleRun(int executors) {
        driver = new SteppedDriver(
                Config.empty(),
                SchedulerSettings.of(Config.empty()),
                Clock.system(),
                (delay, event) -> () -> {},
                (task, executor) -> {},
                new SchedulerListener() {},
                ClusterBackend.NONE,
                executor -> {});
        for (int number = 0; number < executors; number++) {
            ExecutorId id = new ExecutorId(Integer.toString(number), 0);
            queues.put(id, new ArrayDeque<>());
            driver.handle(new DriverEvent.ExecutorRegistered(id, "host-" + number % 100, 4, new Link(id)));
        }
    }

    /** An executor that keeps what it is to run until it is asked to report. */
    private final class Link implements ExecutorLink {
        private final ExecutorId id;

        Link(ExecutorId id) {
            this.id = id;
        }

        @Override
        public void send(ToExecutor message) {
            if (message instanceof ToExecutor.LaunchTasks launch) {
                stages.put(id, launch.stage());
                for (TaskRange range : launch.tasks()) {
                    launched += range.size();
                    for (int task = range.first(); task < range.end(); task++) {
                        queues.get(id).add(new TaskEnd(task, range.attempt(), DONE, SHORT));
                    }
                }
            }
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public void close(String reason) {}
    }

    /** A job that knows whether it is over. */
    private static final class Ended implements JobListener {
        private boolean over;

        @Override
        public void onResult(int index, TaskOutcome.Success result) {}

        @Override
        public void onResult(int index, List<TaskOutcome.Success> slices) {}

        @Override
        public void onSucceeded() {
            over = true;
        }

        @Override
        public void onFailed(String message, TaskOutcome.Failure cause) {
            throw new IllegalStateException(message);
        }
    }

    private Ended submit(int tasks) {
        Ended ended = new Ended();
        Lineage lineage = new Lineage(
                new DatasetId(jobs), new Op.Range(0, tasks, 1, tasks), List.of(), tasks, null, Shape.Scalar.LONG, SITE);
        int[] partitions = IntStream.range(0, tasks).toArray();
        driver.handle(new DriverEvent.ForScheduler(new SchedulerEvent.JobSubmitted(
                new JobId(jobs++), lineage, partitions, new Action.Count(), SITE, ended)));
        return ended;
    }

    /** Every executor reports some of what it has, of the stage it was given last. */
    private void reportAll() {
        for (ExecutorId id : new ArrayList<>(queues.keySet())) {
            report(id);
        }
    }

    private void report(ExecutorId id) {
        ArrayDeque<TaskEnd> queue = queues.get(id);
        List<TaskEnd> ends = new ArrayList<>(REPORTED_AT_ONCE);
        while (ends.size() < REPORTED_AT_ONCE && !queue.isEmpty()) {
            ends.add(queue.poll());
        }
        if (!ends.isEmpty()) {
            ToDriver report = new ToDriver.Report(List.of(new ToDriver.StageEnds(stages.get(id), ends)), List.of());
            driver.handle(new DriverEvent.ExecutorTold(id, report));
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "tasks" -> tasks(Integer.parseInt(arguments[1]));
            case "loss" -> loss();
            case "heartbeats" -> heartbeats();
            case "jobs" -> jobs();
            default -> throw new IllegalArgumentException(Arrays.toString(arguments));
        }
    }

    private static void tasks(int tasks) {
        for (int executors : new int[] {2, 100, 100, 2}) {
            long process = processCpu();
            long begin = cpu();
            ScaleRun run = new ScaleRun(executors);
            Ended job = run.submit(tasks);
            while (!job.over) {
                run.reportAll();
            }
            double nanos = (double) (cpu() - begin) / tasks;
            double all = (double) (processCpu() - process) / tasks;
            print(
                    "%d tasks, %d executors: %.0f ns of the loop's CPU a task, %.0f ns of the process's; %.0f tasks/s",
                    tasks, executors, nanos, all, 1e9 / nanos);
        }
    }

    private static long processCpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** One of a thousand executors is lost in the middle of a million tasks. */
    private static void loss() {
        for (int executors : new int[] {1_000, 1_000, 10_000}) {
            ScaleRun run = new ScaleRun(executors);
            Ended job = run.submit(1_000_000);
            for (int round = 0; round < 3; round++) {
                run.reportAll();
            }
            for (int number = 0; number < 5; number++) {
                ExecutorId lost = new ExecutorId(String.valueOf(7 + number), 0);
                int held = run.queues.remove(lost).size();
                int before = run.launched;
                long begin = cpu();
                run.driver.handle(new DriverEvent.ExecutorEnded(lost, "killed", false));
                print(
                        "%d executors: one with %d tasks is lost: %.2f ms, %d tasks launched",
                        executors, held, (cpu() - begin) / 1e6, run.launched - before);
            }
            while (!job.over) {
                run.reportAll();
            }
        }
    }

    /** Ten thousand executors, each of which says every ten seconds that it lives: a thousand messages a second. */
    private static void heartbeats() {
        int executors = 10_000;
        ScaleRun run = new ScaleRun(executors);
        List<ExecutorId> ids = new ArrayList<>(run.queues.keySet());
        for (int minute = 0; minute < 5; minute++) {
            long begin = cpu();
            for (int message = 0; message < 60_000; message++) {
                ToDriver beat =
                        new ToDriver.Heartbeat(4, 12, 300_000_000L + message, 1L << 30, 1_000, MemoryLedger.NONE);
                ByteBuffer bytes = ToDriverCodec.encode(beat);
                ToDriver arrived = ToDriverCodec.decode(ToDriverCodec.type(beat), bytes);
                run.driver.handle(new DriverEvent.ExecutorTold(ids.get(message % executors), arrived));
                if (message % 15_000 == 0) {
                    run.driver.handle(new DriverEvent.LivenessDue());
                }
            }
            print(
                    "10,000 executors, a minute of heartbeats: %.3f s of CPU, %.4f of a core",
                    (cpu() - begin) / 1e9, (cpu() - begin) / 60e9);
        }
        if (run.driver.scheduler().status().executors() != executors) {
            throw new IllegalStateException("executors were given up");
        }
    }

    /** Jobs of one task, alone and beside a thousand others that want every slot; CPU time of the loop for each. */
    private static void jobs() {
        for (int others : new int[] {0, 1_000, 0, 1_000}) {
            ScaleRun run = new ScaleRun(250);
            for (int job = 0; job < others; job++) {
                run.submit(1_000);
            }
            long[] nanos = new long[5_000];
            for (int job = 0; job < nanos.length; job++) {
                long begin = cpu();
                run.submit(1);
                run.report(new ExecutorId(String.valueOf(job % 250), 0));
                nanos[job] = cpu() - begin;
            }
            Arrays.sort(nanos);
            print(
                    "%d jobs beside: a small job and a report cost the loop %.1f us (p50), %.1f us (p99)",
                    others, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
        }
    }

    private static void print(String text, Object... values) {
        System.out.printf(Locale.ROOT, text + "%n", values);
    }
}
