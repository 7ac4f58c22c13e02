package dev.quiver.benchmarks.jmh;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.Action;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much of the driver's heap a finished task holds while its stage still runs. Not for JMH, whose profilers count
 * what is allocated, not what stays: runs the scheduler and the map output tracker through one stage whose last task
 * never ends, and looks at the heap before and after.
 *
 * <p>Argument: the tasks of the stage, a million when there is none.
 */
public final class TaskMemory {
    private static final ExecutorId EXECUTOR = new ExecutorId("0", 0);
    private static final CallSite SITE = new CallSite("count", "TaskMemory");
    private static final int REPORTED_AT_ONCE = 64;

    private TaskMemory() {}

    public static void main(String[] arguments) {
        int tasks = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        print("result stage", tasks, 0);
        print("map stage, 1 reduce partition", tasks, 1);
        print("map stage, 8 reduce partitions", tasks, 8);
        print("map stage, 100,000 reduce partitions", Math.min(tasks, 5_000), 100_000);
    }

    private static void print(String stage, int tasks, int reducePartitions) {
        run(100, reducePartitions);
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f bytes per finished task (%d tasks)%n",
                stage,
                (double) run(tasks, reducePartitions) / tasks,
                tasks);
    }

    /** Runs all tasks but one; returns by how much the heap has grown. */
    private static long run(int tasks, int reducePartitions) {
        long before = heap();
        Driver driver = new Driver(tasks, reducePartitions);
        driver.runAllButOne();
        long grown = heap() - before;
        if (driver.finished != tasks - 1) {
            throw new IllegalStateException(driver.finished + " of " + tasks + " tasks finished");
        }
        return grown;
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** A driver's scheduler and tracker, and an executor that runs a task in no time. */
    private static final class Driver implements TaskLauncher, JobListener {
        private final MapOutputTracker tracker = new MapOutputTracker();
        private final ArrayDeque<TaskEnd> ended = new ArrayDeque<>();
        private final Scheduler scheduler;
        private final int tasks;
        private final int reducePartitions;
        private StageAttempt stage;
        private int finished;

        /** @param reducePartitions 0 for a stage that makes results */
        Driver(int tasks, int reducePartitions) {
            this.tasks = tasks;
            this.reducePartitions = reducePartitions;
            scheduler = new Scheduler(
                    new SchedulerSettings(4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 256),
                    Clock.system(),
                    (delay, event) -> () -> {},
                    this,
                    new Outputs(tracker),
                    CachedPartitions.NONE,
                    (task, executor) -> {},
                    new SchedulerListener() {});
            scheduler.handle(new SchedulerEvent.ExecutorAdded(EXECUTOR, "host", 4));
        }

        void runAllButOne() {
            Lineage range = new Lineage(
                    new DatasetId(0),
                    new Op.Range(0, tasks, 1, tasks),
                    List.of(),
                    tasks,
                    null,
                    Shape.Scalar.LONG,
                    SITE);
            Lineage last = reducePartitions == 0 ? range : read(range);
            int[] partitions = IntStream.range(0, last.partitionCount()).toArray();
            scheduler.handle(
                    new SchedulerEvent.JobSubmitted(new JobId(0), last, partitions, new Action.Count(), SITE, this));
            while (!ended.isEmpty()) {
                TaskEnd[] report = new TaskEnd[Math.min(REPORTED_AT_ONCE, ended.size())];
                for (int index = 0; index < report.length; index++) {
                    report[index] = ended.poll();
                }
                finished += report.length;
                scheduler.handle(new SchedulerEvent.TasksEnded(EXECUTOR, stage, List.of(report)));
            }
        }

        private Lineage read(Lineage range) {
            List<Dependency> shuffle = List.of(
                    new ShuffleDependency(new ShuffleId(0), range, new HashPartitioner(reducePartitions), true, null));
            return new Lineage(
                    new DatasetId(1),
                    new Op.ShuffleRead(new ReadSide.AsIs()),
                    shuffle,
                    reducePartitions,
                    null,
                    Shape.Scalar.LONG,
                    SITE);
        }

        @Override
        public void launch(
                ExecutorId executor, StageAttempt attempt, StagePlan plan, TaskLayout layout, List<TaskRange> ranges) {
            stage = attempt;
            for (TaskRange range : ranges) {
                for (int partition = range.first(); partition < range.end(); partition++) {
                    if (partition < tasks - 1) {
                        ended.add(new TaskEnd(
                                partition,
                                range.attempt(),
                                outcome(partition),
                                new TaskMetrics(20_000 + partition, 1, 0, 0, 0, 0, 0, 0)));
                    }
                }
            }
        }

        private TaskOutcome outcome(int partition) {
            if (reducePartitions == 0) {
                return new TaskOutcome.Returned(new byte[] {1}, Map.of());
            }
            byte[] sizes = new byte[reducePartitions];
            Arrays.fill(sizes, BlockSizes.encode(1_000L + partition));
            return new TaskOutcome.Wrote(new MapOutput(new ShuffleId(0), partition, 0, 0, 10, 1, sizes), Map.of());
        }

        @Override
        public void cancel(ExecutorId executor, StageAttempt attempt, String reason) {}

        @Override
        public void stageEnded(StageAttempt attempt) {}

        @Override
        public void onSucceeded() {
            throw new IllegalStateException("the last task never ends");
        }

        @Override
        public void onFailed(String message, TaskOutcome.Failure cause) {
            throw new IllegalStateException(message);
        }

        @Override
        public void onResult(int index, TaskOutcome.Success result) {}

        @Override
        public void onResult(int index, List<TaskOutcome.Success> slices) {}
    }

    /** The tracker as the driver wires it. */
    private record Outputs(MapOutputTracker tracker) implements MapOutputs {
        @Override
        public void register(ShuffleId shuffle, int mapCount, int reduceCount) {
            tracker.register(shuffle, mapCount, reduceCount);
        }

        @Override
        public void layOut(ShuffleId shuffle, TaskLayout layout) {
            tracker.layOut(shuffle, layout);
        }

        @Override
        public TaskLayout layout(ShuffleId shuffle) {
            return tracker.layout(shuffle);
        }

        @Override
        public BitSet missing(ShuffleId shuffle) {
            return tracker.missing(shuffle);
        }

        @Override
        public void add(ExecutorId holder, MapOutput output) {
            tracker.add(holder, output);
        }

        @Override
        public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
            tracker.remove(shuffle, mapPartition, holder);
        }

        @Override
        public void removeAll(ShuffleId shuffle, ExecutorId holder) {
            tracker.removeAll(shuffle, holder);
        }

        @Override
        public void removeAll(ShuffleId shuffle) {
            tracker.removeAll(shuffle);
        }

        @Override
        public Collection<ShuffleId> executorLost(ExecutorId holder) {
            return tracker.removeAll(holder);
        }

        @Override
        public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
            return tracker.preferred(shuffle, reducePartition, maps);
        }

        @Override
        public long[] bytesByPartition(ShuffleId shuffle) {
            return tracker.bytesByReducePartition(shuffle);
        }

        @Override
        public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
            return tracker.bytesByMapOutput(shuffle, reducePartition);
        }
    }
}
