package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.ContentChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Map outputs that come out with other rows, where partitions are computed in slices. */
class SkewedContentTest {
    private static final ShuffleId FIRST = new ShuffleId(0);
    private static final ShuffleId SECOND = new ShuffleId(1);
    private static final long OTHER = 2;

    private final TestCluster cluster = new TestCluster(new SchedulerSettings(
            4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 64, new SkewSettings(true, 5, 100)));
    private final Lineages lineages = cluster.lineages;

    /** Partition 1 of the first shuffle is read in four slices: tasks 1, 3, 4 and 5 of six. */
    @BeforeEach
    void skew() {
        cluster.outputs.bytes.put(FIRST, Map.of(0, 10L, 1, 100L, 2, 10L));
        cluster.addExecutor("1", 16);
    }

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private Lineage skewed() {
        return lineages.shuffled(lineages.source(4), 3);
    }

    private List<TestTask> running(int stage) {
        return cluster.running(task -> task.stage().stage().value() == stage && !cluster.cancelled.contains(task));
    }

    private void succeedStage(int stage, long content) {
        for (List<TestTask> tasks = running(stage); !tasks.isEmpty(); tasks = running(stage)) {
            cluster.succeed(tasks.get(0), content);
        }
    }

    /** A fetch fails, and the delay after it passes. */
    private void loseOutput(TestTask witness, ShuffleId shuffle, int map) {
        cluster.fetchFails(witness, shuffle, map, cluster.outputs.holder(shuffle, map));
        cluster.advance(cluster.settings.resubmitDelay());
    }

    @Test
    void forgetsSlicesThatReadTheOldRowsWhenTheirPartitionWasNotTold() {
        TestJob job = cluster.submit(skewed());
        succeedStage(0, 1);
        cluster.succeed(cluster.running(1, 1), 1);
        cluster.succeed(cluster.running(1, 5), 1);
        loseOutput(cluster.running(1, 0), FIRST, 2);

        cluster.succeed(cluster.running(0, 2), OTHER);

        assertThat(job.failure).as("nothing was told").isNull();
        assertThat(cluster.changes)
                .containsExactly(
                        new ContentChange(FIRST, 2, new StageId(0), 1, OTHER, List.of(new StageId(1)), List.of()));
        assertThat(running(1)).extracting(TestTask::partition).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        succeedStage(1, OTHER);
        assertThat(job.succeeded).isTrue();
        assertThat(job.slices).containsOnly(Map.entry(1, List.of(1, 3, 4, 5)));
        assertThat(job.values).as("contents the results come from").containsOnly(Long.toString(OTHER));
    }

    @Test
    void keepsSlicesWhenTheRowsAreTheSame() {
        TestJob job = cluster.submit(skewed());
        succeedStage(0, 1);
        cluster.succeed(cluster.running(1, 5), 1);
        loseOutput(cluster.running(1, 0), FIRST, 2);

        cluster.succeed(cluster.running(0, 2), 1);

        assertThat(running(1)).extracting(TestTask::partition).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        succeedStage(1, 1);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void failsAJobThatWasToldAPartitionOfSeveralSlicesAndCountsItOnce() {
        TestJob job = cluster.submit(skewed());
        succeedStage(0, 1);
        for (int slice : new int[] {1, 3, 4, 5}) {
            cluster.succeed(cluster.running(1, slice));
        }
        loseOutput(cluster.running(1, 0), FIRST, 2);

        cluster.succeed(cluster.running(0, 2), OTHER);

        assertThat(job.failure).contains("has delivered 1 of 3 partitions", "came out with other rows");
    }

    @Test
    void doesNotCountASliceThatReadTheOldRowsAndEndsLate() {
        TestJob job = cluster.submit(skewed());
        succeedStage(0, 1);
        TestTask late = cluster.running(1, 4);
        loseOutput(cluster.running(1, 0), FIRST, 2);
        cluster.succeed(cluster.running(0, 2), OTHER);

        cluster.end(late, late.success(Map.of(), 1));
        succeedStage(1, OTHER);

        assertThat(job.succeeded).isTrue();
        assertThat(job.values).containsOnly(Long.toString(OTHER));
    }

    @Test
    void comparesEachSliceOfAMapPartitionWithItsOwnVersionBefore() {
        ShuffleDependency second = lineages.shuffle(lineages.map(skewed()), 2);
        TestJob job = cluster.submit(lineages.read(second));
        succeedStage(0, 1);
        for (int task = 0; task < 6; task++) {
            cluster.succeed(cluster.running(1, task), 100 + task);
        }
        loseOutput(cluster.running(2, 0), SECOND, 5);
        cluster.succeed(cluster.running(1, 5), 105);
        assertThat(cluster.changes).as("the same rows again").isEmpty();

        loseOutput(cluster.running(2, 0), SECOND, 4);
        cluster.succeed(cluster.running(1, 4), 999);

        assertThat(cluster.changes)
                .containsExactly(new ContentChange(SECOND, 4, new StageId(1), 104, 999, List.of(), List.of()));
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void runsEverySliceOfAMapStageAgainThatHasReadOtherRows() {
        TestJob job = cluster.submit(lineages.shuffled(skewed(), 2));
        succeedStage(0, 1);
        cluster.succeed(cluster.running(1, 0));
        cluster.succeed(cluster.running(1, 1));
        cluster.succeed(cluster.running(1, 4));
        loseOutput(cluster.running(1, 5), FIRST, 3);

        cluster.succeed(cluster.running(0, 3), OTHER);

        assertThat(running(1)).extracting(TestTask::partition).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void knowsOutputsOfSlicesAsUpToDateOnceAllOfThemRanAgain() {
        Lineage first = skewed();
        Lineage second = lineages.shuffled(first, 2);
        cluster.submit(second);
        cluster.finishAll();
        cluster.outputs.remove(FIRST, 1, cluster.outputs.holder(FIRST, 1));
        cluster.submit(lineages.map(first));
        cluster.succeed(cluster.running.get(0), OTHER);
        cluster.finishAll();
        cluster.layouts.clear();

        int before = cluster.launched.size();
        TestJob outdated = cluster.submit(second);
        cluster.finishAll();
        assertThat(outdated.succeeded).isTrue();
        assertThat(cluster.launched).as("six tasks that write, two that read").hasSize(before + 8);

        before = cluster.launched.size();
        cluster.submit(second);
        cluster.finishAll();
        assertThat(cluster.launched).as("only those that read").hasSize(before + 2);
    }
}
