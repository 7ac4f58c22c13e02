package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Map outputs that cannot be read, and what the tasks of a rolled-back attempt still count for. */
class FetchFailureTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(0);

    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private TestJob reducersRunning(int maps, int reducers) {
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(maps), reducers);
        TestJob job = cluster.submit(lineages.read(shuffle));
        while (cluster.launches(1) == 0) {
            cluster.succeed(cluster.running.get(0));
        }
        return job;
    }

    @Test
    void resubmitsTheMapStageOnceWhenTwoFetchesFailTogether() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = reducersRunning(4, 4);
        TestTask left = cluster.running(1, 0);
        TestTask right = cluster.running(1, 1);

        cluster.fetchFails(left, SHUFFLE, 2, cluster.outputs.holder(SHUFFLE, 2));
        cluster.fetchFails(right, SHUFFLE, 2, left.executor());
        assertThat(cluster.launched).as("nothing before the delay").hasSize(8);
        cluster.advance(cluster.settings.resubmitDelay());

        assertThat(cluster.launches(0))
                .as("only the lost map partition ran again")
                .isEqualTo(5);
        TestTask again = cluster.running(0, 2);
        assertThat(again.stage().epoch()).isEqualTo(1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.endedStages).hasSize(4);
    }

    @Test
    void dropsEverythingOfTheHolderWhenAllOfItIsInDoubt() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = reducersRunning(4, 1);

        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, -1, one);
        cluster.finishAll();

        assertThat(cluster.launches(0)).isEqualTo(6);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void doesNotCountAFetchFailureAgainstTheTask() {
        TestCluster patient =
                new TestCluster(new SchedulerSettings(1, 10, Duration.ofSeconds(3), Duration.ofMillis(200), 64));
        ExecutorId one = patient.addExecutor("1", 1);
        TestJob job = patient.submit(patient.lineages.shuffled(patient.lineages.source(1), 1));
        for (int count = 0; count < 5; count++) {
            patient.succeed(patient.running(0, 0));
            patient.fetchFails(patient.running(1, 0), SHUFFLE, 0, one);
            patient.advance(Duration.ofMillis(200));
        }
        patient.finishAll();

        assertThat(job.succeeded).isTrue();
        patient.assertNothingLeft();
    }

    @Test
    void cancelsTheRunningTasksOfTheFailedAttemptAndIgnoresTheirFailures() {
        cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 3);
        TestTask other = cluster.running(1, 1);

        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, other.executor());

        assertThat(cluster.cancelled).hasSize(2);
        for (int count = 0; count < 2; count++) {
            cluster.end(cluster.running.get(0), TestTask.threw(false));
        }
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void ignoresAFetchFailureOfAnOlderAttempt() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 2);
        TestTask late = cluster.running(1, 1);
        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);
        cluster.advance(Duration.ofMillis(200));
        cluster.succeed(cluster.running(0, 0));
        assertThat(cluster.running(1, 0).stage().epoch()).isEqualTo(1);

        cluster.fetchFails(late, SHUFFLE, 1, one);

        assertThat(cluster.outputs.missing(SHUFFLE).isEmpty()).isTrue();
        assertThat(cluster.time.pendingTimers()).isZero();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(3);
    }

    @Test
    void ignoresAFetchFailureOfATaskThatAnOlderAttemptHasDone() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 2);
        TestTask late = cluster.running(1, 1);
        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);
        cluster.advance(cluster.settings.resubmitDelay());
        cluster.succeed(cluster.running(0, 0));
        List<TestTask> again = cluster.runningOf(1);
        assertThat(again).extracting(task -> task.stage().epoch()).containsExactly(1, 1);
        cluster.succeed(late);

        cluster.fetchFails(again.get(1), SHUFFLE, 1, one);

        assertThat(cluster.outputs.missing(SHUFFLE).isEmpty()).isTrue();
        assertThat(cluster.runningOf(1)).containsExactly(again.get(0));
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(3);
    }

    @Test
    void failsTheJobAfterConsecutiveFetchFailedAttempts() {
        ExecutorId one = cluster.addExecutor("1", 1);
        TestJob job = reducersRunning(1, 1);
        while (!job.isOver()) {
            cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);
            cluster.advance(Duration.ofMillis(200));
            if (!job.isOver()) {
                cluster.succeed(cluster.running(0, 0));
            }
        }

        assertThat(job.failure)
                .contains("stage 1", "4 attempts in a row", "map output 0 of shuffle 0 on executor 1")
                .contains("connection reset", "quiver.stage.maxConsecutiveAttempts");
        assertThat(job.cause).isInstanceOf(TaskOutcome.FetchFailed.class);
    }

    @Test
    void countsTheMapOutputOfAnOldAttemptForThePartitionThatIsMissing() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 1);
        Lineage first = lineages.shuffled(lineages.source(2), 2);
        TestJob job = cluster.submit(lineages.shuffled(first, 1));
        cluster.succeed(cluster.running(0, 0));
        cluster.succeed(cluster.running(0, 1));
        TestTask slow = cluster.running(1, 1);
        TestTask failing = cluster.running(1, 0);
        cluster.fetchFails(failing, SHUFFLE, 0, one);
        assertThat(cluster.cancelled).contains(slow);

        cluster.succeed(slow);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched.stream().filter(task -> task.stage().stage().value() == 1 && task.partition() == 1))
                .as("partition 1 of the second map stage ran once")
                .hasSize(1);
        assertThat(cluster.alive).containsKeys(one, two);
    }

    @Test
    void keepsOneVersionWhenTheOldAndTheNewAttemptBothSucceed() {
        ExecutorId one = cluster.addExecutor("1", 3);
        Lineage first = lineages.shuffled(lineages.source(2), 2);
        TestJob job = cluster.submit(lineages.shuffled(first, 1));
        cluster.succeed(cluster.running(0, 0));
        cluster.succeed(cluster.running(0, 1));
        TestTask slow = cluster.running(1, 1);
        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);
        cluster.advance(Duration.ofMillis(200));
        cluster.succeed(cluster.running(0, 0));
        TestTask again = cluster.running(1, 1);
        int before = cluster.outputs.added;

        cluster.succeed(slow);
        cluster.succeed(again);

        assertThat(cluster.outputs.added).isEqualTo(before + 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesTheResultOfAnOldAttemptOnce() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(1, 2);
        TestTask slow = cluster.running(1, 1);
        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);

        cluster.end(slow, slow.success(Map.of()));

        assertThat(job.results).containsOnlyKeys(1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(1)).isEqualTo(3);
    }

    @Test
    void takesBackTheResubmissionWhenItsJobIsCancelled() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(1, 2);
        cluster.succeed(cluster.running(1, 1));
        cluster.fetchFails(cluster.running(1, 0), SHUFFLE, 0, one);
        assertThat(cluster.time.pendingTimers()).isEqualTo(1);

        cluster.cancel(job, "enough");

        assertThat(cluster.time.pendingTimers())
                .as("nobody needs the resubmission")
                .isZero();
    }

    @Test
    void endsTheJobWhenTheLastResultComesFromARolledBackAttempt() {
        ExecutorId one = cluster.addExecutor("1", 4);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(1), 2);
        TestJob job = cluster.submit(lineages.read(shuffle));
        TestJob other = cluster.submit(lineages.map(lineages.read(shuffle)));
        cluster.succeed(cluster.running(0, 0));
        TestTask left = cluster.running(1, 0);
        TestTask right = cluster.running(1, 1);
        cluster.fetchFails(cluster.running(2, 0), SHUFFLE, 0, one);
        assertThat(cluster.cancelled).contains(left, right);

        cluster.succeed(left);
        cluster.succeed(right);

        assertThat(job.succeeded).as("before anything was computed again").isTrue();
        assertThat(cluster.launches(0)).isEqualTo(1);
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
    }

    @Test
    void repairsAChainOfShufflesFromTheFirstMissingOne() {
        ExecutorId one = cluster.addExecutor("1", 2);
        Lineage lineage = lineages.source(2);
        for (int count = 0; count < 5; count++) {
            lineage = lineages.shuffled(lineage, 2);
        }
        TestJob job = cluster.submit(lineage);
        while (cluster.launches(5) == 0) {
            cluster.succeed(cluster.running.get(0));
        }
        for (ShuffleId shuffle : List.of(new ShuffleId(2), new ShuffleId(3))) {
            cluster.outputs.removeAll(shuffle, one);
        }

        cluster.fetchFails(cluster.running(5, 0), new ShuffleId(4), -1, one);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(2);
        assertThat(cluster.launches(1)).isEqualTo(2);
        assertThat(cluster.launches(2)).isEqualTo(4);
        assertThat(cluster.launches(4)).isEqualTo(4);
    }

    @Test
    void rollsBackTheOtherReadersWhenOneOfThemGivesUp() {
        TestCluster strict =
                new TestCluster(new SchedulerSettings(4, 1, Duration.ofSeconds(3), Duration.ofMillis(200), 64));
        ExecutorId one = strict.addExecutor("1", 4);
        Lineage shared = strict.lineages.shuffled(strict.lineages.source(1), 4);
        TestJob first = strict.submit(shared);
        TestJob second = strict.submit(strict.lineages.map(shared));
        strict.succeed(strict.running(0, 0));
        strict.succeed(strict.running(1, 0));
        assertThat(strict.running)
                .extracting(task -> task.stage().stage().value())
                .containsExactly(1, 1, 1, 2);

        strict.fetchFails(strict.running(1, 1), SHUFFLE, 0, one);

        assertThat(first.failure).contains("could not read its input: map output 0 of shuffle 0");
        assertThat(strict.running).as("nothing runs on without its inputs").allMatch(strict.cancelled::contains);
        strict.finishAll();
        assertThat(second.succeeded).isTrue();
        strict.assertNothingLeft();
    }

    @Test
    void startsCountingAttemptsAnewAfterOneSucceeded() {
        TestCluster strict =
                new TestCluster(new SchedulerSettings(4, 2, Duration.ofSeconds(3), Duration.ofMillis(200), 64));
        ExecutorId one = strict.addExecutor("1", 1);
        Lineage first = strict.lineages.shuffled(strict.lineages.source(1), 1);
        TestJob job = strict.submit(strict.lineages.shuffled(first, 1));
        strict.succeed(strict.running(0, 0));
        for (int count = 0; count < 2; count++) {
            strict.fetchFails(strict.running(1, 0), SHUFFLE, 0, one);
            strict.advance(Duration.ofMillis(200));
            strict.succeed(strict.running(0, 0));
            strict.succeed(strict.running(1, 0));
            if (count == 0) {
                strict.fetchFails(strict.running(2, 0), new ShuffleId(1), 0, one);
                strict.advance(Duration.ofMillis(200));
            }
        }
        strict.finishAll();

        assertThat(job.succeeded).isTrue();
        strict.assertNothingLeft();
    }
}
