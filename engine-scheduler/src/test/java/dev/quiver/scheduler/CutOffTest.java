package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.task.TaskOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R27: executors that the driver hears of, and that cannot reach one another. */
class CutOffTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(0);

    private final TestCluster cluster = new TestCluster();
    private final ExecutorId one = cluster.addExecutor("1", 2);
    private final ExecutorId two = cluster.addExecutor("2", 2);

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private TestJob submit(int maps, int reducers) {
        return cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(maps), reducers));
    }

    private List<TestTask> runningOn(ExecutorId executor) {
        return cluster.running(task -> task.executor().equals(executor) && !cluster.cancelled.contains(task));
    }

    /** The map tasks end, then the first reduce task on one executor cannot reach another. */
    private void cannotReach(ExecutorId reader, ExecutorId holder) {
        cannotReach(0, reader, holder);
    }

    /** @param map the stage that writes the shuffle; the one behind it reads it */
    private void cannotReach(int map, ExecutorId reader, ExecutorId holder) {
        cluster.succeedStage(map);
        cluster.fetchFails(taskOf(map + 1, reader), new ShuffleId(map / 2), -1, holder);
        killCancelledAndResubmit();
    }

    private void killCancelledAndResubmit() {
        for (TestTask task : cluster.running(cluster.cancelled::contains)) {
            cluster.end(task, new TaskOutcome.Killed("cancelled"));
        }
        cluster.advance(cluster.settings.resubmitDelay());
    }

    private TestTask taskOf(int stage, ExecutorId executor) {
        return cluster.runningOf(stage).stream()
                .filter(task -> task.executor().equals(executor))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("no task of stage " + stage + " on " + executor + " in " + cluster.running));
    }

    @Test
    void runsOnOneOfTwoExecutorsThatCannotReachOneAnother() {
        TestJob job = submit(4, 4);
        cannotReach(one, two);
        assertThat(runningOn(two)).as("one witness may be wrong").isNotEmpty();
        cannotReach(two, one);

        assertThat(cluster.cutOff).containsExactly(one + " from " + two);
        assertThat(runningOn(one)).isEmpty();
        while (!job.isOver()) {
            assertThat(cluster.outputs.holders()).doesNotContain(one);
            cluster.succeed(runningOn(two).get(0));
        }
        assertThat(job.succeeded).isTrue();
        assertThat(submitAndCount(one)).isZero();
        cluster.advance(ExclusionSettings.DEFAULTS.timeout());
        assertThat(submitAndCount(one)).as("tried again, an hour later").isPositive();
    }

    private int submitAndCount(ExecutorId executor) {
        cluster.submit(cluster.lineages.source(4));
        return runningOn(executor).size();
    }

    @Test
    void computesAgainAlsoWhatWasWrittenThereBefore() {
        TestJob earlier = submit(4, 1);
        cluster.finishAll();
        assertThat(earlier.succeeded).isTrue();
        TestJob job = cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(4), 4));
        cannotReach(2, one, two);
        cannotReach(2, one, two);

        assertThat(cluster.outputs.holders()).doesNotContain(two);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void excludesTheOneThatNobodyReaches() {
        ExecutorId three = cluster.addExecutor("3", 2);
        submit(6, 6);
        cannotReach(three, two);
        cannotReach(two, one);
        cannotReach(two, three);

        assertThat(cluster.cutOff).containsExactly(two + " from " + three);
        assertThat(runningOn(one)).isNotEmpty();
        assertThat(runningOn(three)).isNotEmpty();
    }

    @Test
    void takesTheOneBackThatWasExcludedForTheSakeOfAnotherThatReachesNobody() {
        ExecutorId three = cluster.addExecutor("3", 2);
        TestJob job = submit(6, 6);
        cannotReach(one, two);
        cannotReach(one, two);
        assertThat(cluster.cutOff).containsExactly(two + " from " + one);
        assertThat(runningOn(two)).isEmpty();
        cannotReach(three, one);
        cannotReach(one, three);

        assertThat(cluster.cutOff).containsExactly(two + " from " + one, one + " from " + three);
        assertThat(runningOn(two)).as("it was not to blame").isNotEmpty();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesItBackWhenTheOtherIsGone() {
        TestJob job = submit(4, 4);
        cannotReach(one, two);
        cannotReach(one, two);
        assertThat(runningOn(two)).isEmpty();

        cluster.lose(one, false);
        cluster.advance(cluster.settings.resubmitDelay());

        assertThat(runningOn(two)).isNotEmpty();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesItBackWhenTheOtherIsToLeave() {
        TestJob job = submit(20, 20);
        cannotReach(one, two);
        cannotReach(one, two);
        assertThat(runningOn(two)).isEmpty();

        cluster.drain(one);
        assertThat(runningOn(two))
                .as("or nobody would work until the other is gone")
                .isNotEmpty();

        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void excludesNobodyWhenAnAttemptSucceededInBetween() {
        submit(4, 4);
        cannotReach(one, two);
        cluster.finishAll();
        submit(4, 4);
        cannotReach(2, one, two);

        assertThat(cluster.cutOff).isEmpty();
    }

    @Test
    void excludesNobodyWhenOneOutputAloneCannotBeRead() {
        TestJob job = submit(4, 4);
        for (int attempt = 0; attempt < 3; attempt++) {
            cluster.succeedStage(0);
            cluster.loseOutput(cluster.runningOf(1).get(0), SHUFFLE, 0);
        }
        cluster.finishAll();

        assertThat(cluster.cutOff).isEmpty();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void heedsWitnessesOfAttemptsThatWereTakenBack() {
        submit(4, 4);
        cluster.succeedStage(0);
        TestTask late = taskOf(1, two);
        cluster.fetchFails(taskOf(1, one), SHUFFLE, 0, cluster.outputs.holder(SHUFFLE, 0));
        cluster.fetchFails(late, SHUFFLE, -1, one);
        killCancelledAndResubmit();
        assertThat(cluster.cutOff).isEmpty();
        cannotReach(two, one);

        assertThat(cluster.cutOff).containsExactly(one + " from " + two);
    }
}
