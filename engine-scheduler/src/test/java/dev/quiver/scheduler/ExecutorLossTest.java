package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executors that die, with their tasks and with what they held. */
class ExecutorLossTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    @Test
    void runsTheTasksOfALostExecutorElsewhereWithoutChargingThem() {
        TestJob job = cluster.submit(lineages.source(1));
        for (int count = 0; count < 6; count++) {
            ExecutorId doomed = cluster.addExecutor("e" + count, 1);
            assertThat(cluster.running(0, 0).attempt()).isEqualTo(count);
            cluster.lose(doomed, false);
        }
        cluster.addExecutor("last", 1);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void chargesTheTasksThatRanWhenOneOfThemKilledTheExecutor() {
        TestJob job = cluster.submit(lineages.source(1));
        for (int count = 0; count < 4; count++) {
            assertThat(job.isOver()).isFalse();
            cluster.lose(cluster.addExecutor("e" + count, 1), true);
        }

        assertThat(job.failure).contains("failed 4 times", "executor e3 is lost", "exit code 137");
        assertThat(job.cause).isInstanceOf(TaskOutcome.ExecutorGone.class);
    }

    /** Runs a job whose reduce task 0 takes its executor along each time, with the map outputs on it; returns the losses. */
    private int loseTheExecutorOfEachReduceTask(TestJob job, boolean reports) {
        int losses = 0;
        while (!job.isOver()) {
            assertThat(losses).as("executors lost").isLessThan(20);
            while (cluster.runningOf(1).isEmpty()) {
                if (cluster.running.isEmpty()) {
                    cluster.advance(cluster.settings.resubmitDelay());
                } else {
                    cluster.succeed(cluster.running.get(0));
                }
            }
            TestTask task = cluster.running(1, 0);
            if (reports) {
                cluster.end(task, new TaskOutcome.OutOfMemory("out of memory (Java heap space)"));
            }
            cluster.lose(task.executor(), !reports);
            cluster.addExecutor("e" + ++losses, 1);
        }
        return losses;
    }

    @Test
    void failsTheJobWhenAReduceTaskRunsOutOfMemoryInEachAttemptOfItsStage() {
        cluster.addExecutor("e0", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(2), 1));

        assertThat(loseTheExecutorOfEachReduceTask(job, true)).isEqualTo(4);
        assertThat(job.failure).contains("partition 0 of stage 1", "failed 4 times", "out of memory");
    }

    @Test
    void failsTheJobWhenAReduceTaskEndsItsProcessInEachAttemptOfItsStage() {
        cluster.addExecutor("e0", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(2), 1));

        assertThat(loseTheExecutorOfEachReduceTask(job, false)).isEqualTo(4);
        assertThat(job.failure).contains("partition 0 of stage 1", "failed 4 times", "exit code 137");
    }

    @Test
    void dropsOutputsAtOnceAndRerunsOnlyWhatIsMissingWithOneNewEpoch() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(4), 4);
        TestJob job = cluster.submit(lineages.read(shuffle));
        for (int partition = 0; partition < 4; partition++) {
            cluster.succeed(cluster.running(0, partition));
        }
        assertThat(cluster.launches(1)).isEqualTo(4);

        cluster.lose(one, false);
        assertThat(cluster.outputs.missing(shuffle.id()).cardinality()).isEqualTo(2);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(6);
        assertThat(cluster.launched.stream().mapToInt(task -> task.stage().epoch()))
                .allMatch(epoch -> epoch <= 1);
    }

    @Test
    void runsNoMapTaskAgainWhoseOutputIsInStorageThatOutlivesItsExecutor() {
        cluster.outputs.reliable = true;
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(6), 4);
        TestJob job = cluster.submit(lineages.read(shuffle));
        TestTask early = cluster.running(task -> task.executor().equals(one)).get(0);
        cluster.succeed(early);
        cluster.lose(one, false);
        assertThat(cluster.outputs.holder(shuffle.id(), early.partition())).isEqualTo(one);
        while (!cluster.outputs.missing(shuffle.id()).isEmpty()) {
            cluster.succeed(
                    cluster.running(task -> task.stage().stage().value() == 0).get(0));
        }
        ExecutorId two = cluster.running(task -> true).get(0).executor();
        cluster.addExecutor("3", 2);
        cluster.lose(two, false);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched.stream()
                        .filter(task -> task.stage().stage().value() == 0 && task.partition() == early.partition()))
                .as("attempts of the map task whose executor was lost while its stage ran")
                .hasSize(1);
        assertThat(cluster.launched).allMatch(task -> task.stage().epoch() == 0);
    }

    @Test
    void queuesFinishedMapPartitionsAgainWhileTheirStageRuns() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(3), 1));
        TestTask done = cluster.running(task -> task.executor().equals(one)).get(0);
        cluster.succeed(done);

        cluster.lose(one, false);
        assertThat(cluster.scheduler.status().pending())
                .as("the running and the finished one")
                .isEqualTo(2);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched.stream()
                        .filter(task -> task.partition() == done.partition()
                                && task.stage().stage().value() == 0))
                .extracting(TestTask::attempt)
                .containsExactly(0, 1);
    }

    @Test
    void leavesLostOutputsAloneThatNobodyReadsAnyMore() {
        ExecutorId one = cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.shuffled(lineages.source(1), 1), 1));
        cluster.succeed(cluster.running(0, 0));
        ExecutorId two = cluster.addExecutor("2", 1);
        cluster.succeed(cluster.running(1, 0));
        assertThat(cluster.outputs.holder(new ShuffleId(1), 0)).isEqualTo(one);
        cluster.outputs.removeAll(new ShuffleId(1), one);
        cluster.outputs.add(two, new MapOutput(new ShuffleId(1), 0, 9, 9, 1, 0, new byte[0]));

        cluster.lose(one, false);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(1);
    }

    @Test
    void waitsWithoutExecutors() {
        TestJob job = cluster.submit(lineages.source(2));
        cluster.advance(Duration.ofHours(1));
        assertThat(job.isOver()).isFalse();

        cluster.addExecutor("1", 1);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void ignoresNewsOfALostIncarnation() {
        ExecutorId old = cluster.addExecutor("1", 0, 1);
        TestJob job = cluster.submit(lineages.source(1));
        TestTask stale = cluster.running(0, 0);
        cluster.lose(old, false);

        cluster.report(stale, stale.success(Map.of()), 1);
        cluster.post(new SchedulerEvent.ExecutorAdded(old, "host", 1));
        cluster.post(new SchedulerEvent.ExecutorLost(old, "again", true));
        assertThat(job.results).isEmpty();
        assertThat(cluster.scheduler.status().executors()).isZero();

        cluster.addExecutor("1", 1, 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesANewIncarnationAsTheEndOfTheOldOne() {
        ExecutorId old = cluster.addExecutor("1", 0, 1);
        TestJob job = cluster.submit(lineages.source(1));
        cluster.running.clear();
        cluster.alive.remove(old);

        cluster.addExecutor("1", 1, 1);

        assertThat(cluster.running(0, 0).executor()).isEqualTo(new ExecutorId("1", 1));
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void failsAllJobsWhenTheClusterGivesUpAndLaterOnesToo() {
        TestJob first = cluster.submit(lineages.source(1));
        TestJob second = cluster.submit(lineages.shuffled(lineages.source(1), 1));

        cluster.post(new SchedulerEvent.ClusterFailed("4 executors ended before they registered: bad flag -XX:Foo"));
        TestJob third = cluster.submit(lineages.source(1));

        assertThat(first.failure).isEqualTo("Job 0 failed: 4 executors ended before they registered: bad flag -XX:Foo");
        assertThat(second.failure).isNotNull();
        assertThat(third.failure).contains("bad flag");
        cluster.addExecutor("1", 1);
        TestJob fourth = cluster.submit(lineages.source(1));
        cluster.finishAll();
        assertThat(fourth.succeeded).isTrue();
    }

    @Test
    void repairsTheInputsOfAWaitingStageWhileItsOtherParentsRun() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ShuffleDependency left = lineages.shuffle(lineages.source(1), 1);
        ShuffleDependency right = lineages.shuffle(lineages.source(1), 1);
        TestJob job = cluster.submit(lineages.union(lineages.read(left), lineages.read(right)));
        TestTask done = cluster.running.get(0);
        cluster.succeed(done);
        cluster.addExecutor("2", 2);

        cluster.lose(one, false);

        assertThat(cluster.running).as("both map stages").hasSize(2);
        cluster.finishAll();
        assertThat(cluster.launches(done.stage().stage().value())).isEqualTo(2);

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void chargesOnlyTasksThatHadASlotWhenOneOfThemKilledTheExecutor() {
        TestCluster strict =
                new TestCluster(new SchedulerSettings(2, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 64));
        ExecutorId first = strict.addExecutor("1", 1);
        TestJob job = strict.submit(strict.lineages.source(40));
        TestTask measured = strict.running(0, 0);
        strict.running.remove(measured);
        strict.report(measured, measured.success(Map.of()), 100_000);
        assertThat(strict.running).as("queued behind task 1").hasSizeGreaterThan(10);
        strict.lose(first, true);
        ExecutorId second = strict.addExecutor("2", 1);
        strict.succeed(strict.running(0, 1));

        strict.lose(second, true);

        assertThat(job.failure).as("task 2 waited when executor 1 died").isNull();
        strict.addExecutor("3", 1);
        strict.finishAll();
        assertThat(job.succeeded).isTrue();
    }
}
