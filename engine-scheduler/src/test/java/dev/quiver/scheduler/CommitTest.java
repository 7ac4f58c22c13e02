package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may publish output. */
class CommitTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    @Test
    void grantsARunningAttemptAndWritesItDownFirst() {
        cluster.addExecutor("1", 2);
        cluster.submit(lineages.source(2));
        TestTask task = cluster.running(0, 1);

        assertThat(cluster.asksToCommit(task)).isTrue();
        assertThat(cluster.journal).containsExactly(task.id());
    }

    @Test
    void answersARepeatedRequestAlikeAndWritesItDownOnce() {
        cluster.addExecutor("1", 1);
        cluster.submit(lineages.source(1));
        TestTask task = cluster.running(0, 0);

        assertThat(cluster.asksToCommit(task)).isTrue();
        assertThat(cluster.asksToCommit(task)).isTrue();
        assertThat(cluster.journal).hasSize(1);
    }

    @Test
    void deniesAttemptsThatDoNotRun() {
        cluster.addExecutor("1", 1);
        cluster.submit(lineages.source(1));
        TestTask failed = cluster.running(0, 0);
        cluster.end(failed, TestTask.threw(true));
        assertThat(cluster.asksToCommit(failed)).as("failed").isFalse();

        TestTask second = cluster.running(0, 0);
        TestTask elsewhere = new TestTask(
                new ExecutorId("2", 0),
                second.stage(),
                second.partition(),
                second.attempt(),
                second.plan(),
                second.layout());
        assertThat(cluster.asksToCommit(elsewhere)).as("on an unknown executor").isFalse();
        cluster.succeed(second);
        assertThat(cluster.asksToCommit(second)).as("ended").isFalse();
        assertThat(cluster.journal).isEmpty();
    }

    @Test
    void freesTheGrantOfAFailedAttempt() {
        cluster.addExecutor("1", 1);
        cluster.submit(lineages.source(1));
        TestTask first = cluster.running(0, 0);
        assertThat(cluster.asksToCommit(first)).isTrue();
        cluster.end(first, TestTask.threw(true));

        assertThat(cluster.asksToCommit(cluster.running(0, 0))).isTrue();
        assertThat(cluster.journal).hasSize(2);
    }

    @Test
    void freesTheGrantOfALostExecutorBeforeAnotherAttemptAsks() {
        ExecutorId one = cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        assertThat(cluster.asksToCommit(cluster.running(0, 0))).isTrue();
        cluster.lose(one, false);
        assertThat(cluster.scheduler.status().grants()).isZero();
        cluster.addExecutor("2", 1);

        assertThat(cluster.asksToCommit(cluster.running(0, 0))).isTrue();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void runsNoSecondAttemptWhileAnOlderOneMayPublish() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        TestTask granted = cluster.running(1, 1);
        assertThat(cluster.asksToCommit(granted)).isTrue();
        cluster.fetchFails(cluster.running(1, 0), new ShuffleId(0), 0, one);
        cluster.advance(Duration.ofMillis(200));
        cluster.succeed(cluster.running(0, 0));
        assertThat(cluster.asksToCommit(granted)).as("of an older attempt").isFalse();

        assertThat(cluster.running(task -> task.stage().epoch() == 1 && task.partition() == 1))
                .isEmpty();
        cluster.end(granted, new TaskOutcome.Killed("cancelled"));

        TestTask again = cluster.running(1, 1);
        assertThat(cluster.asksToCommit(again)).isTrue();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void goesOnWaitingForWhoMayPublishWhenAStillOlderAttemptEnds() {
        cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        TestTask oldest = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), new ShuffleId(0), 0);
        cluster.succeed(cluster.running(0, 0));
        TestTask granted = cluster.running(1, 1);
        assertThat(cluster.asksToCommit(granted)).isTrue();
        cluster.loseOutput(cluster.running(1, 0), new ShuffleId(0), 0);
        cluster.succeed(cluster.running(0, 0));

        cluster.end(oldest, new TaskOutcome.Killed("cancelled"));
        assertThat(cluster.runningOf(1)).as("beside the one that may publish").noneMatch(task -> task.partition() == 1);

        cluster.end(granted, new TaskOutcome.Killed("cancelled"));
        assertThat(cluster.running(1, 1).stage().epoch()).isEqualTo(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void countsWhatAnOlderAttemptPublished() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        TestTask granted = cluster.running(1, 1);
        assertThat(cluster.asksToCommit(granted)).isTrue();
        cluster.fetchFails(cluster.running(1, 0), new ShuffleId(0), 0, one);
        cluster.advance(Duration.ofMillis(200));
        cluster.succeed(cluster.running(0, 0));

        cluster.succeed(granted);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.journal).hasSize(1);
        assertThat(cluster.launches(1)).isEqualTo(3);
    }

    @Test
    void deniesAndFailsTheJobWhenTheGrantCannotBeWrittenDown() {
        cluster.addExecutor("1", 2);
        TestJob job = cluster.submit(lineages.source(1));
        TestJob other = cluster.submit(lineages.source(1));
        cluster.journalBroken = true;

        assertThat(cluster.asksToCommit(cluster.running(0, 0))).isFalse();

        assertThat(job.failure).contains("could not be journaled", "no space left on device");
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
    }
}
