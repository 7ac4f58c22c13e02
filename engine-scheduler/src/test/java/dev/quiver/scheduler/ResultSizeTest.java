package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.BlockId;
import dev.quiver.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A job may bring only so many bytes to the driver. */
class ResultSizeTest {
    private final TestCluster cluster =
            new TestCluster(TestCluster.SETTINGS.with(SchedulerPolicies.DEFAULTS.withResultBytes(100)));

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private void bring(int partition, int bytes) {
        byte[] value = (partition + ":" + "0".repeat(bytes - 2)).getBytes(StandardCharsets.UTF_8);
        cluster.end(cluster.running(0, partition), new TaskOutcome.Returned(value, Map.of()));
    }

    @Test
    void failsTheJobThatExceedsItAndTellsItNothingMore() {
        cluster.addExecutor("1", 3);
        TestJob job = cluster.submit(cluster.lineages.source(3));
        bring(0, 60);
        assertThat(job.results).hasSize(1);
        bring(1, 41);

        assertThat(job.results).hasSize(1);
        assertThat(job.failure)
                .isEqualTo("Job 0 failed: the results of stage 0 (range at WordCount.main(WordCount.java:21)) are too"
                        + " large for the driver: they have 101 B with 1 tasks still to come, and"
                        + " quiver.driver.maxResultSize is 100 B. Save them with saveAsTextFile, or raise it");
    }

    @Test
    void countsResultsThatWaitOnTheirExecutors() {
        cluster.addExecutor("1", 2);
        TestJob job = cluster.submit(cluster.lineages.source(2));
        TestTask task = cluster.running(0, 0);
        cluster.end(task, new TaskOutcome.Stored(new BlockId.TaskResult(task.id()), task.executor(), 101, Map.of()));
        assertThat(job.failure).contains("101 B");
    }

    @Test
    void letsAJobBringExactlyAsMuch() {
        cluster.addExecutor("1", 2);
        TestJob job = cluster.submit(cluster.lineages.source(2));
        bring(0, 50);
        bring(1, 50);
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void countsNeitherMapOutputsNorOtherJobs() {
        cluster.addExecutor("1", 2);
        for (int round = 0; round < 3; round++) {
            TestJob job = cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(2), 1));
            cluster.finishAll();
            assertThat(job.succeeded).isTrue();
        }
    }
}
