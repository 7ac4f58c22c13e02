package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A stage of a million tasks on a hundred executors. Counts, not seconds: the machine that tests may be busy. */
class MillionTasksTest {
    static final int TASKS = 1_000_000;
    private static final int EXECUTORS = 100;
    private static final TaskMetrics SHORT = new TaskMetrics(20_000, 0, 0, 0, 0, 0, 0, 0);
    private static final TaskOutcome DONE = new TaskOutcome.Returned(new byte[0], Map.of());

    private final Map<ExecutorId, ArrayDeque<TaskEnd>> executors = new LinkedHashMap<>();
    private final VirtualTime time = new VirtualTime(event -> {});
    private StageAttempt stage;
    private long launches;
    private long ranges;
    private long launchedTasks;
    private int results;
    private boolean succeeded;

    private final TaskLauncher launcher = new TaskLauncher() {
        @Override
        public void launch(
                ExecutorId executor, StageAttempt attempt, StagePlan plan, TaskLayout layout, List<TaskRange> tasks) {
            stage = attempt;
            launches++;
            for (TaskRange range : tasks) {
                ranges++;
                launchedTasks += range.size();
                for (int partition = range.first(); partition < range.end(); partition++) {
                    executors.get(executor).add(new TaskEnd(partition, range.attempt(), DONE, SHORT));
                }
            }
        }

        @Override
        public void cancel(ExecutorId executor, StageAttempt attempt, String reason) {
            throw new AssertionError("nothing is to be cancelled");
        }

        @Override
        public void stageEnded(StageAttempt attempt) {}
    };

    private final JobListener job = new JobListener() {
        @Override
        public void onResult(int index, TaskOutcome.Success result) {
            results++;
        }

        @Override
        public void onResult(int index, List<TaskOutcome.Success> slices) {
            throw new AssertionError("nothing is split");
        }

        @Override
        public void onSucceeded() {
            succeeded = true;
        }

        @Override
        public void onFailed(String message, TaskOutcome.Failure cause) {
            throw new AssertionError(message);
        }
    };

    private final Scheduler scheduler = new Scheduler(
            new SchedulerSettings(4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 256),
            time,
            time,
            launcher,
            new FakeMapOutputs(),
            CachedPartitions.NONE,
            (task, executor) -> {},
            new SchedulerListener() {});

    private void start() {
        for (int number = 0; number < EXECUTORS; number++) {
            ExecutorId id = new ExecutorId(String.valueOf(number), 0);
            executors.put(id, new ArrayDeque<>());
            scheduler.handle(new SchedulerEvent.ExecutorAdded(id, "host", 4));
        }
        Lineage lineage = new Lineages().source(TASKS);
        scheduler.handle(new SchedulerEvent.JobSubmitted(
                new JobId(0),
                lineage,
                IntStream.range(0, TASKS).toArray(),
                new Action.Count(),
                new CallSite("count", "Main:1"),
                job));
    }

    /** Every executor reports up to {@code most} ended tasks. */
    private void reportRound(int most) {
        for (Map.Entry<ExecutorId, ArrayDeque<TaskEnd>> executor : executors.entrySet()) {
            List<TaskEnd> ends = new ArrayList<>();
            while (ends.size() < most && !executor.getValue().isEmpty()) {
                ends.add(executor.getValue().poll());
            }
            if (!ends.isEmpty()) {
                scheduler.handle(new SchedulerEvent.TasksEnded(executor.getKey(), stage, ends));
            }
        }
    }

    @Test
    void runsAMillionTasksWithOneLaunchForManyAndForgetsThem() {
        start();
        int rounds = 0;
        while (!succeeded) {
            reportRound(64);
            rounds++;
        }

        assertThat(results).isEqualTo(TASKS);
        assertThat(launchedTasks).isEqualTo(TASKS);
        assertThat(ranges).as("tasks travel in long ranges").isLessThan(TASKS / 30);
        assertThat(launches).isLessThanOrEqualTo(ranges);
        assertThat(rounds).as("the queues keep the slots busy").isLessThan(TASKS / EXECUTORS / 64 + 40);
        assertThat(scheduler.status().isIdle()).isTrue();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void losesAnExecutorInTheMiddleOfAMillionTasksAndRunsOnlyItsTasksAgain() {
        start();
        for (int round = 0; round < 50; round++) {
            reportRound(64);
        }
        ExecutorId lost = new ExecutorId("7", 0);
        int held = executors.remove(lost).size();
        assertThat(held).isPositive();

        scheduler.handle(new SchedulerEvent.ExecutorLost(lost, "killed", false));
        while (!succeeded) {
            reportRound(64);
        }

        assertThat(results).isEqualTo(TASKS);
        assertThat(launchedTasks).isEqualTo(TASKS + held);
    }
}
