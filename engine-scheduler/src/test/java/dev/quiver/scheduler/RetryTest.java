package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.lineage.Lineage;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which failures count, where a task is tried again, and when its job gives up. */
class RetryTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    @Test
    void triesAFailedTaskAgainOnAnotherExecutor() {
        cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        TestJob job = cluster.submit(lineages.source(1));
        TestTask first = cluster.running(0, 0);

        cluster.end(first, TestTask.threw(true));

        TestTask second = cluster.running(0, 0);
        assertThat(second.executor()).isNotEqualTo(first.executor());
        assertThat(second.attempt()).isEqualTo(1);
        cluster.succeed(second);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesTheSameExecutorWhenTheOthersStayBusyForTooLong() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        cluster.submit(lineages.source(2));
        TestTask failing = cluster.running(task -> task.executor().equals(one)).get(0);

        cluster.end(failing, TestTask.threw(true));
        assertThat(cluster.running).hasSize(1);
        cluster.advance(cluster.settings.localityWait());

        assertThat(cluster.running(0, failing.partition()).executor()).isEqualTo(one);
    }

    @Test
    void failsTheJobAfterTheLastTryWithASentenceThatNamesEverything() {
        cluster.addExecutor("1", 1);
        Lineage lineage = lineages.shuffled(lineages.source(1), 13);
        TestJob job = cluster.submit(lineage);
        cluster.succeed(cluster.running(0, 0));
        while (!job.isOver()) {
            TestTask next = cluster.running.get(0);
            if (next.partition() == 12) {
                cluster.end(next, TestTask.threw(true));
            } else {
                cluster.succeed(next);
            }
        }

        assertThat(job.failure)
                .isEqualTo(
                        "Job 0 failed: partition 12 of stage 1 (reduceByKey at WordCount.main(WordCount.java:21)) failed"
                                + " 4 times, the last time in attempt 3 on executor 1: java.lang.IllegalArgumentException: bad"
                                + " row, at user line WordCount.lambda$main$0(WordCount.java:23)");
        assertThat(job.cause).isInstanceOf(TaskOutcome.Threw.class);
    }

    @Test
    void doesNotTryAgainWhatCannotSucceed() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));

        cluster.end(cluster.running(0, 0), TestTask.threw(false));

        assertThat(job.failure).contains("partition 0 of stage 0", "in attempt 0", "trying again cannot help");
        assertThat(cluster.launched).hasSize(1);
    }

    @Test
    void doesNotCountKillsAndDeniedCommits() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        for (int count = 0; count < 10; count++) {
            cluster.end(cluster.running(0, 0), new TaskOutcome.Killed("preempted"));
            cluster.end(cluster.running(0, 0), new TaskOutcome.CommitDenied("another attempt holds the grant"));
        }
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void countsMemoryAndMachineFailures() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        for (int count = 0; count < 2; count++) {
            cluster.end(cluster.running(0, 0), new TaskOutcome.OutOfMemory("reduceByKey held 64 MiB of 60 MiB"));
            cluster.end(cluster.running(0, 0), new TaskOutcome.Environment("disk full", ""));
        }

        assertThat(job.failure).contains("failed 4 times", "disk full");
    }

    @Test
    void cancelsTheOtherTasksOfAFailedJobAndFreesTheirSlotsWhenTheyEnd() {
        cluster.addExecutor("1", 2);
        TestJob failing = cluster.submit(lineages.source(8));
        TestJob other = cluster.submit(lineages.source(2));

        cluster.end(cluster.running(0, 0), TestTask.threw(false));

        assertThat(failing.failure).isNotNull();
        assertThat(cluster.cancelled).extracting(TestTask::partition).containsExactly(1);
        assertThat(cluster.running).hasSize(2);
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
    }

    @Test
    void leavesOtherJobsAloneWhenOneIsCancelled() {
        cluster.addExecutor("1", 2);
        Lineage shared = lineages.shuffled(lineages.source(4), 2);
        TestJob first = cluster.submit(shared);
        TestJob second = cluster.submit(shared);
        cluster.succeed(cluster.running(0, 0));

        cluster.cancel(first, "the user pressed a key");

        assertThat(first.failure).isEqualTo("Job 0 was cancelled: the user pressed a key");
        assertThat(cluster.cancelled).isEmpty();
        cluster.finishAll();
        assertThat(second.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(4);
    }

    @Test
    void ignoresCancellingWhatIsOverOrUnknown() {
        cluster.addExecutor("1", 2);
        TestJob job = cluster.submit(lineages.source(1));
        cluster.finishAll();
        cluster.cancel(job, "late");
        cluster.cancel(new TestJob(77), "never was");

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void countsARepeatedReportOnce() {
        cluster.addExecutor("1", 2);
        TestJob job = cluster.submit(lineages.source(2));
        TestTask task = cluster.running(0, 0);

        cluster.succeed(task);
        cluster.report(task, task.success(Map.of()), 1);
        cluster.report(task, TestTask.threw(true), 1);

        assertThat(job.results).containsOnlyKeys(0);
        assertThat(cluster.scheduler.status().running()).isEqualTo(1);
    }

    @Test
    void ignoresReportsOfAttemptsThatDoNotRun() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        TestTask first = cluster.running(0, 0);
        cluster.end(first, TestTask.threw(true));

        cluster.report(first, first.success(Map.of()), 1);
        cluster.report(
                new TestTask(first.executor(), first.stage(), 9, 0, first.plan(), first.layout()),
                TestTask.threw(true),
                1);
        cluster.report(
                new TestTask(first.executor(), first.stage(), -1, 0, first.plan(), first.layout()),
                TestTask.threw(true),
                1);

        assertThat(job.results).isEmpty();
        cluster.succeed(cluster.running(0, 0));
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void tellsAccumulatorsOfMapTasksOnceForEachAcceptedOutput() {
        cluster.addExecutor("1", 2);
        Lineage shared = lineages.shuffled(lineages.source(2), 1);
        TestJob first = cluster.submit(shared);
        TestJob second = cluster.submit(shared);
        TestTask task = cluster.running(0, 0);
        Map<Long, byte[]> share = Map.of(7L, new byte[] {1});

        cluster.end(task, task.success(share));
        cluster.report(task, task.success(share), 1);

        assertThat(first.accumulators).hasSize(1);
        assertThat(second.accumulators).isEmpty();
        cluster.advance(Duration.ofSeconds(1));
    }
}
