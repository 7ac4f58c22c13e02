package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Map outputs that come out with other rows when they are computed again. */
class ContentChangeTest {
    private static final ShuffleId FIRST = new ShuffleId(0);
    private static final ShuffleId SECOND = new ShuffleId(1);
    private static final long OTHER = 0xABCD;

    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private static Predicate<TestTask> ofStage(int stage) {
        return task -> task.stage().stage().value() == stage;
    }

    private static StageId stage(int number) {
        return new StageId(number);
    }

    // One shuffle and a result stage: stages 0 and 1.

    private TestJob reducersRunning(int maps, int reducers) {
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(maps), reducers));
        cluster.succeedStage(0);
        return job;
    }

    @Test
    void restartsAResultStageThatHasDeliveredNothing() {
        cluster.addExecutor("1", 8);
        TestJob job = reducersRunning(2, 3);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);

        cluster.succeed(cluster.running(0, 1), OTHER);

        assertThat(cluster.runningOf(1)).extracting(TestTask::partition).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(cluster.runningOf(1)).allMatch(task -> task.stage().epoch() == 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.changes)
                .containsExactly(new ContentChange(FIRST, 1, stage(0), 1, OTHER, List.of(), List.of()));
    }

    @Test
    void failsAJobThatHasDeliveredAPartition() {
        cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 3);
        cluster.succeed(cluster.running(1, 2));
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);

        cluster.succeed(cluster.running(0, 1), OTHER);

        assertThat(job.failure)
                .startsWith(
                        "Job 0 failed: stage 1 (reduceByKey at WordCount.main(WordCount.java:21)) has delivered 1 of 3"
                                + " partitions, and map partition 1 of shuffle 0")
                .contains("content checksum 000000000000abcd, before 0000000000000001")
                .contains("random numbers or the time", "order in which rows arrive")
                .contains("Make it deterministic", "persist");
        assertThat(job.results).containsOnlyKeys(2);
        assertThat(cluster.changes)
                .containsExactly(new ContentChange(FIRST, 1, stage(0), 1, OTHER, List.of(), List.of(stage(1))));
    }

    @Test
    void failsAJobThatMayBePublishingOutput() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 3);
        assertThat(cluster.asksToCommit(cluster.running(1, 2))).isTrue();
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);
        assertThat(cluster.alive).containsKey(one);

        cluster.succeed(cluster.running(0, 1), OTHER);

        assertThat(job.failure).contains("may be publishing output", "came out with other rows");
    }

    @Test
    void runsOnlyWhatIsMissingWhenTheRowsAreTheSame() {
        cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 3);
        cluster.succeed(cluster.running(1, 2));
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);

        cluster.succeed(cluster.running(0, 1), 1);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(3);
        assertThat(cluster.launched.stream().filter(ofStage(1)).filter(task -> task.partition() == 2))
                .as("the partition that was delivered ran once")
                .hasSize(1);
        assertThat(cluster.changes).isEmpty();
    }

    @Test
    void doesNotCountAResultThatWasComputedFromTheOldRows() {
        cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 2);
        TestTask late = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);
        cluster.succeed(cluster.running(0, 1), OTHER);

        cluster.end(late, late.success(Map.of()));

        assertThat(job.results).isEmpty();
        assertThat(job.failure).isNull();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(job.results).containsOnlyKeys(0, 1);
    }

    @Test
    void takesWhatAnOldAttemptDeliversBeforeTheRowsAreKnownToDiffer() {
        cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(2, 2);
        TestTask late = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);
        cluster.end(late, late.success(Map.of()));

        cluster.succeed(cluster.running(0, 1), OTHER);

        assertThat(job.failure).contains("has delivered 1 of 2 partitions");
    }

    @Test
    void keepsTheFirstOfTwoVersionsThatArriveForOnePartition() {
        cluster.addExecutor("1", 4);
        Lineage first = lineages.shuffled(lineages.source(2), 2);
        TestJob job = cluster.submit(lineages.shuffled(first, 1));
        cluster.succeedStage(0);
        TestTask slow = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);
        cluster.succeed(cluster.running(0, 0));
        TestTask again = cluster.running(1, 1);
        cluster.succeed(slow, 5);

        cluster.succeed(again, OTHER);

        assertThat(cluster.changes).as("the second was not registered").isEmpty();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void comparesNothingWhenChecksumsAreTurnedOff() {
        cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0), 0);
        cluster.succeed(cluster.running(1, 1));
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);

        cluster.succeed(cluster.running(0, 0), 0);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.changes).isEmpty();
    }

    @Test
    void noticesAChangeOfWhatNobodyHadReadYetAndGoesOn() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(2), 2));
        TestTask done = cluster.running.stream()
                .filter(task -> task.executor().equals(one))
                .findFirst()
                .orElseThrow();
        cluster.succeed(done);
        cluster.lose(one, false);
        cluster.succeed(cluster.running.get(0));

        cluster.succeed(cluster.running(0, done.partition()), OTHER);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.changes)
                .containsExactly(new ContentChange(FIRST, done.partition(), stage(0), 1, OTHER, List.of(), List.of()));
    }

    // Three stages: 0 feeds 1 feeds 2.

    private TestJob threeStages(int maps, int middle, int reducers) {
        return cluster.submit(lineages.shuffled(lineages.shuffled(lineages.source(maps), middle), reducers));
    }

    @Test
    void runsAMapStageThatReadTheOldRowsAgainInFull() {
        cluster.addExecutor("1", 4);
        TestJob job = threeStages(2, 3, 2);
        cluster.succeedStage(0);
        cluster.succeed(cluster.running(1, 0));
        cluster.succeed(cluster.running(1, 1));
        cluster.loseOutput(cluster.running(1, 2), FIRST, 1);

        cluster.succeed(cluster.running(0, 1), OTHER);

        assertThat(cluster.outputs.missing(SECOND).cardinality()).isEqualTo(3);
        assertThat(cluster.runningOf(1)).extracting(TestTask::partition).containsExactlyInAnyOrder(0, 1, 2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(1)).isEqualTo(6);
        assertThat(cluster.changes)
                .containsExactly(new ContentChange(FIRST, 1, stage(0), 1, OTHER, List.of(stage(1)), List.of()));
    }

    @Test
    void doesNotRegisterAMapOutputThatWasComputedFromTheOldRows() {
        cluster.addExecutor("1", 4);
        TestJob job = threeStages(2, 2, 2);
        cluster.succeedStage(0);
        TestTask late = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 1);
        cluster.succeed(cluster.running(0, 1), OTHER);

        cluster.succeed(late, 7);

        assertThat(cluster.outputs.missing(SECOND).cardinality()).isEqualTo(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    /** Every stage done but the last, which runs; then an output of each shuffle is lost, and the first comes out changed. */
    private TestJob changedUnderTheLastOfThree(boolean delivered) {
        cluster.addExecutor("1", 8);
        TestJob job = threeStages(2, 2, 2);
        cluster.succeedStage(0);
        cluster.succeedStage(1);
        if (delivered) {
            cluster.succeed(cluster.running(2, 1));
        }
        cluster.outputs.remove(FIRST, 1, cluster.outputs.holder(FIRST, 1));
        cluster.loseOutput(cluster.running(2, 0), SECOND, 0);
        cluster.succeed(cluster.running(0, 1), OTHER);
        assertThat(cluster.runningOf(1)).hasSize(2);
        return job;
    }

    @Test
    void stopsAtAStageWhoseRowsComeOutTheSame() {
        TestJob job = changedUnderTheLastOfThree(true);

        cluster.succeedStage(1);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(job.results).containsOnlyKeys(0, 1);
        assertThat(cluster.launched.stream().filter(ofStage(2)).filter(task -> task.partition() == 1))
                .as("what was delivered stays")
                .hasSize(1);
        assertThat(cluster.changes).hasSize(1);
    }

    @Test
    void goesOnBehindAStageWhoseRowsComeOutDifferentlyToo() {
        TestJob job = changedUnderTheLastOfThree(false);

        cluster.succeed(cluster.running(1, 0), OTHER);
        cluster.succeed(cluster.running(1, 1), OTHER);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.changes).extracting(ContentChange::shuffle).containsExactly(FIRST, SECOND, SECOND);
    }

    @Test
    void failsAJobWhoseResultsAreThreeStagesBehindTheChange() {
        TestJob job = changedUnderTheLastOfThree(true);

        cluster.succeed(cluster.running(1, 0), 1);
        assertThat(job.failure).isNull();
        cluster.succeed(cluster.running(1, 1), OTHER);

        assertThat(job.failure).contains("stage 2", "map partition 1 of shuffle 1", "has delivered 1 of 2");
    }

    @Test
    void rollsBackAStageThatRunsOnCachedRowsOfTheOldContent() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = lineages.map(read);
        cached.persist(StorageLevel.MEMORY_ONLY);
        cluster.cached.put(cached.id(), Map.of(0, List.of(one), 1, List.of(one)));
        TestJob spared = cluster.submit(lineages.map(cached));
        assertThat(cluster.runningOf(1)).as("needs no shuffle").hasSize(2);
        cluster.submit(lineages.map(read));
        cluster.succeed(cluster.running(0, 0));
        cluster.loseOutput(cluster.running(2, 0), FIRST, 0);

        cluster.succeed(cluster.running(0, 0), OTHER);

        assertThat(cluster.runningOf(1)).isEmpty();
        cluster.finishAll();
        assertThat(spared.succeeded).isTrue();
        assertThat(cluster.changes.get(0).startedOver()).containsExactly(stage(1));
    }

    @Test
    void rollsBackARunningStageBehindTheOneThatLostItsOutputs() {
        cluster.addExecutor("1", 8);
        // Stage 1 reads the first shuffle, stage 2 the second, stage 3 both; only stage 3 runs.
        Lineage first = lineages.shuffled(lineages.source(1), 2);
        Lineage second = lineages.shuffled(first, 2);
        TestJob job = cluster.submit(lineages.union(second, lineages.map(first)));
        cluster.succeedStage(0);
        cluster.succeedStage(1);
        cluster.loseOutput(cluster.running(2, 3), FIRST, 0);

        cluster.succeed(cluster.running(0, 0), OTHER);

        assertThat(cluster.outputs.missing(SECOND).cardinality()).isEqualTo(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(1)).isEqualTo(4);
    }

    // Several jobs.

    @Test
    void treatsEachOfTwoJobsThatShareAShuffleByWhatItHasDelivered() {
        cluster.addExecutor("1", 8);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(2), 2);
        TestJob delivered = cluster.submit(lineages.read(shuffle));
        TestJob fresh = cluster.submit(lineages.map(lineages.read(shuffle)));
        cluster.succeedStage(0);
        cluster.succeed(cluster.running(1, 1));
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);

        cluster.succeed(cluster.running(0, 0), OTHER);

        assertThat(delivered.failure).contains("has delivered 1 of 2 partitions");
        assertThat(fresh.failure).isNull();
        assertThat(cluster.runningOf(2))
                .hasSize(2)
                .allMatch(task -> task.stage().epoch() == 1);
        cluster.finishAll();
        assertThat(fresh.succeeded).isTrue();
    }

    @Test
    void failsBothJobsThatHaveDeliveredFromASharedShuffle() {
        cluster.addExecutor("1", 8);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(1), 2);
        List<TestJob> jobs = new ArrayList<>();
        jobs.add(cluster.submit(lineages.read(shuffle)));
        jobs.add(cluster.submit(lineages.map(lineages.read(shuffle))));
        cluster.succeedStage(0);
        cluster.succeed(cluster.running(1, 1));
        cluster.succeed(cluster.running(2, 1));
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);

        cluster.succeed(cluster.running(0, 0), OTHER);

        assertThat(jobs).allMatch(job -> job.failure != null && job.failure.contains("came out with other rows"));
        assertThat(cluster.changes.get(0).failed()).containsExactly(stage(1), stage(2));
    }

    @Test
    void dropsWhatAnEarlierJobComputedFromTheOldRows() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage first = lineages.shuffled(lineages.source(2), 2);
        Lineage second = lineages.shuffled(first, 2);
        assertThat(cluster.submit(second)).isNotNull();
        cluster.finishAll();
        cluster.outputs.remove(FIRST, 1, one);
        cluster.submit(lineages.map(first));
        cluster.succeed(cluster.running.get(0), OTHER);
        cluster.finishAll();
        assertThat(cluster.outputs.missing(SECOND).isEmpty())
                .as("nobody needed the second shuffle when the first changed")
                .isTrue();
        cluster.outputs.remove(SECOND, 0, one);
        int before = cluster.launched.size();

        TestJob third = cluster.submit(second);
        cluster.finishAll();

        assertThat(third.succeeded).isTrue();
        assertThat(cluster.launched.subList(before, cluster.launched.size()).stream()
                        .filter(task -> SECOND.equals(task.writes()))
                        .map(TestTask::partition))
                .as("the outputs of the second shuffle that were left ran again too")
                .containsExactlyInAnyOrder(0, 1);
        before = cluster.launched.size();
        cluster.submit(second);
        cluster.finishAll();
        assertThat(cluster.launched).as("now they are up to date").hasSize(before + 2);
    }

    @Test
    void usesWhatAnEarlierJobComputedWhenOnlyOtherShufflesChanged() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage first = lineages.shuffled(lineages.source(1), 1);
        Lineage second = lineages.shuffled(lineages.shuffled(lineages.source(1), 1), 1);
        cluster.submit(first);
        cluster.submit(second);
        cluster.finishAll();
        cluster.outputs.remove(FIRST, 0, one);
        cluster.submit(first);
        cluster.succeed(cluster.running.get(0), OTHER);
        cluster.finishAll();
        int before = cluster.launched.size();

        TestJob again = cluster.submit(second);
        cluster.finishAll();

        assertThat(again.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(before + 1);
    }

    @Test
    void forgetsAShuffleThatCannotBeReadAnyMore() {
        cluster.addExecutor("1", 4);
        Lineage lineage = lineages.shuffled(lineages.source(1), 1);
        cluster.submit(lineage);
        cluster.finishAll();
        cluster.post(new SchedulerEvent.ShuffleForgotten(FIRST));
        cluster.outputs.remove(FIRST, 0, cluster.outputs.holder(FIRST, 0));

        TestJob again = cluster.submit(lineage);
        cluster.succeed(cluster.running.get(0), OTHER);
        cluster.finishAll();

        assertThat(again.succeeded).isTrue();
        assertThat(cluster.changes).isEmpty();
    }

    @Test
    void survivesAFetchFailureOfAReaderThatWasTakenBack() {
        ExecutorId one = cluster.addExecutor("1", 4);
        TestJob job = reducersRunning(1, 2);
        TestTask late = cluster.running(1, 1);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);
        cluster.succeed(cluster.running(0, 0), OTHER);

        cluster.end(late, new TaskOutcome.FetchFailed(FIRST, 0, one, "no such version"));

        assertThat(cluster.outputs.missing(FIRST).isEmpty()).isTrue();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }
}
