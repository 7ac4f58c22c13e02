package dev.quiver.benchmarks.jmh;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the scheduler itself spends on a task, from the launch to the result, per task; executors answer at once. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseParallelGC", "--add-opens=java.base/java.nio=ALL-UNNAMED"})
public class LaunchPathBenchmark {
    private static final int TASKS = 100_000;
    private static final int REPORTED_AT_ONCE = 64;
    private static final TaskMetrics SHORT = new TaskMetrics(20_000, 0, 0, 0, 0, 0, 0, 0);
    private static final TaskOutcome DONE = new TaskOutcome.Returned(new byte[0], Map.of());

    @Param({"2", "100"})
    int executorCount;

    /** A whole job; its state is its own, so that one does not slow the next down. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public int job() {
        Cluster cluster = new Cluster();
        Scheduler scheduler = new Scheduler(
                new SchedulerSettings(4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 256),
                Clock.system(),
                (delay, event) -> () -> {},
                cluster,
                new NoMapOutputs(),
                CachedPartitions.NONE,
                (task, executor) -> {},
                new SchedulerListener() {});
        for (int number = 0; number < executorCount; number++) {
            ExecutorId id = new ExecutorId(Integer.toString(number), 0);
            cluster.queues.put(id, new ArrayDeque<>());
            scheduler.handle(new SchedulerEvent.ExecutorAdded(id, "host", 4));
        }
        CallSite site = new CallSite("count", "LaunchPathBenchmark");
        Op range = new Op.Range(0, TASKS, 1, TASKS);
        scheduler.handle(new SchedulerEvent.JobSubmitted(
                new JobId(0),
                new Lineage(new DatasetId(0), range, List.of(), TASKS, null, Shape.Scalar.LONG, site),
                IntStream.range(0, TASKS).toArray(),
                new Action.Count(),
                site,
                cluster));
        while (!cluster.succeeded) {
            cluster.report(scheduler);
        }
        return cluster.results;
    }

    /** Executors that run a task in no time, and the job that waits for them. */
    private static final class Cluster implements TaskLauncher, JobListener {
        private final Map<ExecutorId, ArrayDeque<TaskEnd>> queues = new LinkedHashMap<>();
        private StageAttempt stage;
        private int results;
        private boolean succeeded;

        private void report(Scheduler scheduler) {
            queues.forEach((executor, queue) -> {
                List<TaskEnd> ends = new ArrayList<>(REPORTED_AT_ONCE);
                while (ends.size() < REPORTED_AT_ONCE && !queue.isEmpty()) {
                    ends.add(queue.poll());
                }
                if (!ends.isEmpty()) {
                    scheduler.handle(new SchedulerEvent.TasksEnded(executor, stage, ends));
                }
            });
        }

        @Override
        public void launch(
                ExecutorId executor, StageAttempt attempt, StagePlan plan, TaskLayout layout, List<TaskRange> tasks) {
            stage = attempt;
            for (TaskRange range : tasks) {
                for (int partition = range.first(); partition < range.end(); partition++) {
                    queues.get(executor).add(new TaskEnd(partition, range.attempt(), DONE, SHORT));
                }
            }
        }

        @Override
        public void cancel(ExecutorId executor, StageAttempt attempt, String reason) {}

        @Override
        public void stageEnded(StageAttempt attempt) {}

        @Override
        public void onResult(int index, TaskOutcome.Success result) {
            results++;
        }

        @Override
        public void onResult(int index, List<TaskOutcome.Success> slices) {
            results++;
        }

        @Override
        public void onSucceeded() {
            succeeded = true;
        }

        @Override
        public void onFailed(String message, TaskOutcome.Failure cause) {
            throw new IllegalStateException(message);
        }
    }

    /** The job has one stage, so there are none. */
    private static final class NoMapOutputs implements MapOutputs {
        @Override
        public void register(ShuffleId shuffle, int mapCount, int reduceCount) {}

        @Override
        public void layOut(ShuffleId shuffle, TaskLayout layout) {}

        @Override
        public TaskLayout layout(ShuffleId shuffle) {
            return null;
        }

        @Override
        public BitSet missing(ShuffleId shuffle) {
            return new BitSet();
        }

        @Override
        public void add(ExecutorId holder, MapOutput output) {}

        @Override
        public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {}

        @Override
        public void removeAll(ShuffleId shuffle, ExecutorId holder) {}

        @Override
        public void removeAll(ShuffleId shuffle) {}

        @Override
        public Collection<ShuffleId> removeAll(ExecutorId holder) {
            return List.of();
        }

        @Override
        public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
            return List.of();
        }

        @Override
        public long[] bytesByPartition(ShuffleId shuffle) {
            return new long[0];
        }

        @Override
        public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
            return new long[0];
        }
    }
}
