package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which stages run, in which order, and which are spared. */
class DagTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    @Test
    void runsParentsBeforeChildrenAndGivesThemLowerNumbers() {
        cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.map(lineages.shuffled(lineages.shuffled(lineages.source(2), 3), 2)));

        assertThat(cluster.running)
                .allMatch(task -> task.stage().stage().value() == 0)
                .hasSize(2);
        cluster.finishAll();

        assertThat(cluster.launched.stream().map(task -> task.stage().stage().value()))
                .containsExactly(0, 0, 1, 1, 1, 2, 2);
        assertThat(job.succeeded).isTrue();
        assertThat(job.results).hasSize(2);
        assertThat(cluster.jobStarts).containsExactly("job 0: 3 stages, 0 skipped");
    }

    @Test
    void tellsResultsByTheirPositionInTheSubmittedPartitions() {
        cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.source(8), new int[] {6, 2}, new TestJob(0));

        assertThat(cluster.running.stream().map(TestTask::partition)).containsExactly(2, 6);
        cluster.succeed(cluster.running(0, 6));

        assertThat(job.results).containsOnlyKeys(0);
    }

    @Test
    void runsOneMapStageForAShuffleThatTwoJobsShare() {
        cluster.addExecutor("1", 4);
        Lineage shared = lineages.shuffled(lineages.source(2), 2);
        TestJob first = cluster.submit(shared);
        TestJob second = cluster.submit(lineages.map(shared));

        assertThat(cluster.running).hasSize(2);
        cluster.finishAll();

        assertThat(first.succeeded && second.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(6);
    }

    @Test
    void skipsAStageWhoseMapOutputsAreThere() {
        cluster.addExecutor("1", 4);
        Lineage shared = lineages.shuffled(lineages.source(2), 2);
        cluster.submit(shared);
        cluster.finishAll();
        cluster.launched.clear();

        TestJob second = cluster.submit(shared);
        assertThat(cluster.jobStarts).last().isEqualTo("job 1: 2 stages, 1 skipped");
        cluster.finishAll();

        assertThat(second.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(2);
    }

    @Test
    void runsOnlyMissingMapPartitionsForALaterJobAndNeverReusesAVersion() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        ShuffleDependency shuffle = lineages.shuffle(lineages.source(4), 1);
        cluster.submit(lineages.read(shuffle));
        cluster.finishAll();
        cluster.launched.clear();
        cluster.outputs.remove(shuffle.id(), 1, cluster.outputs.holder(shuffle.id(), 1));
        assertThat(cluster.alive).containsKey(one);

        TestJob second = cluster.submit(lineages.read(shuffle));
        cluster.finishAll();

        assertThat(second.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(2);
        assertThat(cluster.launched.get(0).partition()).isEqualTo(1);
        assertThat(cluster.launched.get(0).stage().epoch()).isEqualTo(1);
    }

    @Test
    void readsAFullyCachedDatasetWithoutComputingWhatLiesBehindIt() {
        ExecutorId one = cluster.addExecutor("1", 4);
        Lineage kept = lineages.map(lineages.shuffled(lineages.source(2), 2));
        kept.persist(StorageLevel.MEMORY_ONLY);
        cluster.cached.put(kept.id(), Map.of(0, List.of(one), 1, List.of(one)));

        TestJob job = cluster.submit(lineages.map(kept));
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(2);
        assertThat(cluster.jobStarts).containsExactly("job 0: 2 stages, 1 skipped");
    }

    @Test
    void computesBehindACachedDatasetWhenATaskFindsItGone() {
        ExecutorId one = cluster.addExecutor("1", 4);
        Lineage kept = lineages.map(lineages.shuffled(lineages.source(2), 2));
        kept.persist(StorageLevel.MEMORY_ONLY);
        cluster.cached.put(kept.id(), Map.of(0, List.of(one), 1, List.of(one)));
        TestJob job = cluster.submit(lineages.map(kept));

        cluster.fetchFails(cluster.running(1, 0), new ShuffleId(0), -1, null);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).as("map tasks").isEqualTo(2);
    }

    @Test
    void computesBehindAPartlyCachedDataset() {
        ExecutorId one = cluster.addExecutor("1", 4);
        Lineage kept = lineages.shuffled(lineages.source(2), 2);
        kept.persist(StorageLevel.MEMORY_ONLY);
        cluster.cached.put(kept.id(), Map.of(0, List.of(one)));

        cluster.submit(kept);
        cluster.finishAll();

        assertThat(cluster.launches(0)).isEqualTo(2);
    }

    @Test
    void survivesALineageOfTenThousandDatasets() {
        cluster.addExecutor("1", 2);
        Lineage lineage = lineages.source(2);
        for (int count = 0; count < 10_000; count++) {
            lineage = lineages.map(lineage);
        }
        TestJob job = cluster.submit(lineage);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void survivesTwoThousandChainedStages() {
        cluster.addExecutor("1", 2);
        Lineage lineage = lineages.source(1);
        for (int count = 0; count < 2_000; count++) {
            lineage = lineages.shuffled(lineage, 1);
        }
        TestJob job = cluster.submit(lineage);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(2_001);
    }

    @Test
    void survivesDiamondsThatHaveMoreWaysThanAtoms() {
        cluster.addExecutor("1", 2);
        Lineage lineage = lineages.source(1);
        for (int count = 0; count < 100; count++) {
            ShuffleDependency left = lineages.shuffle(lineage, 1);
            ShuffleDependency right = lineages.shuffle(lineage, 1);
            lineage = lineages.map(lineages.union(lineages.read(left), lineages.read(right)));
        }
        TestJob job = cluster.submit(lineage, new int[] {0}, new TestJob(0));
        assertThat(cluster.jobStarts).containsExactly("job 0: 201 stages, 0 skipped");
        cluster.cancel(job, "seen enough");
    }

    @Test
    void succeedsAtOnceWhenThereIsNothingToCompute() {
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(3), 0));

        assertThat(job.succeeded).isTrue();
    }

    @Test
    void readsAShuffleWithoutMapTasks() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(0), 2));
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launched).hasSize(2);
    }

    @Test
    void refusesPartitionsThatDoNotExist() {
        TestJob job = cluster.submit(lineages.source(3), new int[] {3}, new TestJob(0));

        assertThat(job.failure).contains("Job 0 failed", "has no partition 3");
    }
}
