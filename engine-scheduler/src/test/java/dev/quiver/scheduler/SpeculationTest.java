package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow tasks are tried a second time beside. Every task that ends here says that it ran for a second. */
class SpeculationTest {
    private static final SpeculationSettings ON =
            new SpeculationSettings(true, Duration.ofMillis(100), 0.75, 3, Duration.ofMillis(100), Duration.ZERO);

    private final TestCluster cluster = new TestCluster(TestCluster.with(ON));
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    /** Runs a stage of four tasks until only this one is left; each of the others has run for a second. */
    private TestTask straggler(int stage) {
        TestTask slow = cluster.running(stage, 3);
        for (int partition = 0; partition < 3; partition++) {
            cluster.succeed(cluster.running(stage, partition));
        }
        assertThat(cluster.running(task -> task.partition() == 3 && task.stage().equals(slow.stage())))
                .containsExactly(slow);
        return slow;
    }

    private TestTask copyOf(TestTask task) {
        List<TestTask> copies = cluster.running(other -> other.partition() == task.partition()
                && !other.equals(task)
                && other.stage().equals(task.stage()));
        assertThat(copies).as("copies of %s", task.id()).hasSize(1);
        return copies.get(0);
    }

    private TestTask copied(TestTask task) {
        cluster.advance(Duration.ofMillis(3_200));
        return copyOf(task);
    }

    @Test
    void copiesATaskThatTakesThreeTimesAsLongAsTheOthersAndStopsTheOneThatIsInVain() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);

        cluster.advance(Duration.ofMillis(2_900));
        assertThat(cluster.running).containsExactly(slow);
        cluster.advance(Duration.ofMillis(300));
        TestTask copy = copyOf(slow);
        assertThat(copy.executor()).isNotEqualTo(slow.executor());
        assertThat(copy.attempt()).isEqualTo(1);

        cluster.succeed(copy);
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.cancelled).containsExactly(slow);
        cluster.end(slow, new TaskOutcome.Killed("another try has succeeded"));
    }

    @Test
    void stopsTheCopyWhenTheFirstTrySucceedsWhileTheStageGoesOn() {
        cluster.addExecutor("1", 4);
        cluster.addExecutor("2", 4);
        TestJob job = cluster.submit(lineages.source(8));
        for (int partition = 0; partition < 6; partition++) {
            cluster.succeed(cluster.running(0, partition));
        }
        cluster.advance(Duration.ofMillis(3_200));
        TestTask slow = cluster.running(task -> task.partition() == 7 && task.attempt() == 0)
                .get(0);
        TestTask copy = copyOf(slow);

        cluster.succeed(slow);

        assertThat(cluster.cancelled).containsExactly(copy);
        assertThat(job.isOver()).isFalse();
        cluster.succeed(copy);
        assertThat(job.results).hasSize(7);
    }

    @Test
    void copiesNoTaskThatMeetsOthers() {
        cluster.addExecutor("1", 4);
        cluster.addExecutor("2", 4);
        TestJob job = cluster.submit(lineages.together(lineages.source(4)));
        TestTask slow = straggler(0);

        cluster.advance(Duration.ofMillis(10_000));
        assertThat(cluster.running).containsExactly(slow);
        cluster.succeed(slow);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void copiesNothingBeforeEnoughTasksAreDone() {
        cluster.addExecutor("1", 4);
        cluster.addExecutor("2", 4);
        cluster.submit(lineages.source(4));
        cluster.succeed(cluster.running(0, 0));
        cluster.succeed(cluster.running(0, 1));

        cluster.advance(Duration.ofMinutes(1));

        assertThat(cluster.launched).hasSize(4);
    }

    @Test
    void waitsForAFreeSlotOnAnotherHost() {
        cluster.addExecutor("1", 4);
        cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        ExecutorId other = cluster.addExecutor("2", 1);
        cluster.submit(lineages.source(4));
        cluster.addExecutor("beside", 0, "host-1", 1);
        cluster.advance(Duration.ofMinutes(1));
        assertThat(cluster.running(task -> task.stage().equals(slow.stage()))).containsExactly(slow);

        cluster.succeed(cluster.running(task -> task.executor().equals(other)).get(0));

        assertThat(copyOf(slow).executor()).isEqualTo(other);
    }

    @Test
    void takesAnotherExecutorOfTheOnlyHost() {
        ExecutorId one = cluster.addExecutor("1", 0, "host", 4);
        cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        ExecutorId two = cluster.addExecutor("2", 0, "host", 4);

        assertThat(slow.executor()).isEqualTo(one);
        assertThat(copied(slow).executor()).isEqualTo(two);
    }

    @Test
    void goesOnWithTheOtherTryWhenOneFails() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        TestTask copy = copied(slow);

        cluster.end(slow, TestTask.threw(true));
        assertThat(cluster.running).containsExactly(copy);
        cluster.end(copy, TestTask.threw(true));
        TestTask third = cluster.running(0, 3);
        assertThat(third.attempt()).isEqualTo(2);
        cluster.succeed(third);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void copiesATaskAgainWhenItsCopyFailed() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        TestTask copy = copied(slow);
        cluster.end(copy, TestTask.threw(true));

        cluster.advance(Duration.ofMillis(200));

        TestTask second = copyOf(slow);
        assertThat(second.attempt()).isEqualTo(2);
        cluster.succeed(slow);
        assertThat(cluster.cancelled).containsExactly(second);
    }

    @Test
    void chargesAFailureOfACopyToItsTask() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        for (int failure = 0; failure < 4; failure++) {
            assertThat(job.isOver()).isFalse();
            cluster.end(failure == 0 ? copied(slow) : copyOf(slow), TestTask.threw(true));
            cluster.advance(Duration.ofMillis(200));
        }
        assertThat(job.failure).contains("partition 3", "failed 4 times", "in attempt 4");
    }

    @Test
    void losesAnExecutorWithOneOfTwoTriesAndGoesOnWithTheOther() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        TestTask copy = copied(slow);

        cluster.lose(slow.executor(), false);
        assertThat(cluster.running).containsExactly(copy);
        cluster.lose(copy.executor(), false);
        cluster.addExecutor("3", 1);
        assertThat(cluster.running(0, 3).attempt()).isEqualTo(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void grantsACommitToOneOfTwoTries() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        TestTask copy = copied(slow);

        assertThat(cluster.asksToCommit(copy)).isTrue();
        assertThat(cluster.asksToCommit(slow)).isFalse();
        cluster.end(slow, new TaskOutcome.CommitDenied("another try publishes"));
        assertThat(cluster.running).containsExactly(copy);
        cluster.succeed(copy);
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.journal).containsExactly(copy.id());
    }

    @Test
    void doesNotCopyATaskThatMayPublishAlready() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        cluster.submit(lineages.source(4));
        TestTask slow = straggler(0);
        assertThat(cluster.asksToCommit(slow)).isTrue();

        cluster.advance(Duration.ofMinutes(1));

        assertThat(cluster.running).containsExactly(slow);
    }

    @Test
    void registersTheFirstMapOutputOnlyAndCountsAccumulatorsOnce() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(4), 1));
        TestTask slow = straggler(0);
        TestTask copy = copied(slow);

        cluster.end(copy, copy.success(Map.of(7L, new byte[] {1})));
        cluster.end(slow, slow.success(Map.of(7L, new byte[] {1})));

        assertThat(cluster.outputs.holder(copy.writes(), 3)).isEqualTo(copy.executor());
        assertThat(job.accumulators).hasSize(1);
    }

    @Test
    void runsATaskAgainThatIsLostAfterItsCopySucceededAndItsFirstTryWasStopped() {
        cluster.addExecutor("1", 5);
        cluster.addExecutor("2", 5);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(5), 1));
        TestTask slow = cluster.running(0, 3);
        TestTask slower = cluster.running(0, 4);
        for (int partition = 0; partition < 3; partition++) {
            cluster.succeed(cluster.running(0, partition));
        }
        cluster.advance(Duration.ofMillis(3_200));
        TestTask copy = copyOf(slow);
        cluster.succeed(copy);
        assertThat(cluster.cancelled).containsExactly(slow);
        cluster.lose(copy.executor(), false);
        assertThat(cluster.running).contains(slow);
        cluster.end(slow, new TaskOutcome.Killed("another try has succeeded"));

        assertThat(cluster.running(0, 3).attempt()).isEqualTo(2);
        assertThat(slower.stage()).isEqualTo(slow.stage());
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void copiesNoTaskThatATryOfAnOlderAttemptHasFinished() {
        ExecutorId one = cluster.addExecutor("1", 20);
        cluster.submit(lineages.shuffled(lineages.source(1), 8));
        cluster.succeed(cluster.running(0, 0));
        TestTask older = cluster.running(1, 6);
        TestTask failing = cluster.running(1, 0);
        cluster.fetchFails(failing, failing.reads().get(0), 0, one);
        cluster.advance(cluster.settings.resubmitDelay());
        cluster.succeed(cluster.running(0, 0));
        for (int partition = 0; partition < 6; partition++) {
            cluster.succeed(cluster.running(1, partition));
        }
        cluster.submit(lineages.source(40));
        ExecutorId two = cluster.addExecutor("2", 1);
        cluster.advance(Duration.ofMillis(3_200));

        cluster.succeed(older);
        cluster.succeed(cluster.running(task -> task.executor().equals(two)).get(0));

        TestTask copy = cluster.running(task -> task.executor().equals(two)).get(0);
        assertThat(copy.stage().stage().value()).isEqualTo(1);
        assertThat(copy.partition()).isEqualTo(7);
    }

    @Test
    void copiesTasksOfTinyStagesAfterAFixedTimeWhenTold() {
        TestCluster tiny = new TestCluster(TestCluster.with(new SpeculationSettings(
                true, Duration.ofMillis(100), 0.75, 3, Duration.ofMillis(100), Duration.ofSeconds(10))));
        tiny.addExecutor("1", 2);
        tiny.addExecutor("2", 2);
        tiny.submit(tiny.lineages.source(1));
        tiny.advance(Duration.ofMillis(9_900));
        assertThat(tiny.running).hasSize(1);

        tiny.advance(Duration.ofMillis(200));

        assertThat(tiny.running).hasSize(2);
        tiny.finishAll();
        tiny.assertNothingLeft();
    }
}
