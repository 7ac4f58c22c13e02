package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.pool.PoolSettings.Definition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose turn it is when several jobs want the same slots. */
class PoolTest {
    private static TestCluster fair(Map<String, Definition> pools) {
        return new TestCluster(TestCluster.with(new PoolSettings(true, pools)));
    }

    private static long running(TestCluster cluster, TestJob job) {
        return cluster.running(task -> task.stage().stage().value() == job.id).size();
    }

    private static void finish(TestCluster cluster) {
        cluster.finishAll();
        cluster.assertNothingLeft();
        assertThat(cluster.jobs).allMatch(job -> job.succeeded);
    }

    @Test
    void servesTheOldestJobFirstWithoutFairnessWhateverItsPool() {
        TestCluster cluster = new TestCluster();
        TestJob first = cluster.submit(cluster.lineages.source(20), "a");
        TestJob second = cluster.submit(cluster.lineages.source(20), "b");
        cluster.addExecutor("1", 8);

        assertThat(running(cluster, first)).isEqualTo(8);
        assertThat(running(cluster, second)).isZero();
        finish(cluster);
    }

    @Test
    void sharesSlotsBetweenPoolsByWeight() {
        TestCluster cluster = fair(Map.of("heavy", new Definition(3, 0, false)));
        TestJob light = cluster.submit(cluster.lineages.source(40), "light");
        TestJob heavy = cluster.submit(cluster.lineages.source(40), "heavy");
        cluster.addExecutor("1", 8);

        assertThat(running(cluster, light)).isEqualTo(2);
        assertThat(running(cluster, heavy)).isEqualTo(6);
        finish(cluster);
    }

    @Test
    void givesEverySlotThatFallsFreeToThePoolFurthestBelowItsShare() {
        TestCluster cluster = fair(Map.of());
        cluster.addExecutor("1", 4);
        TestJob old = cluster.submit(cluster.lineages.source(40), "a");
        TestJob young = cluster.submit(cluster.lineages.source(40), "b");
        assertThat(running(cluster, old)).isEqualTo(4);

        for (int round = 0; round < 2; round++) {
            cluster.succeed(cluster.running(task -> task.stage().stage().value() == old.id)
                    .get(0));
        }

        assertThat(running(cluster, old)).isEqualTo(2);
        assertThat(running(cluster, young)).isEqualTo(2);
        finish(cluster);
    }

    @Test
    void doesNotHoldTasksThatEndedAgainstAPool() {
        TestCluster cluster = fair(Map.of());
        cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.source(9), "a");
        TestJob lives = cluster.submit(cluster.lineages.source(1), "a");
        while (cluster.running(task -> task.stage().stage().value() == 0).size() > 0) {
            cluster.succeed(
                    cluster.running(task -> task.stage().stage().value() == 0).get(0));
        }
        TestJob a = cluster.submit(cluster.lineages.source(20), "a");
        TestJob b = cluster.submit(cluster.lineages.source(20), "b");
        cluster.addExecutor("2", 5);

        assertThat(running(cluster, lives)).isEqualTo(1);
        assertThat(running(cluster, a)).isEqualTo(4);
        assertThat(running(cluster, b)).isEqualTo(4);
        finish(cluster);
    }

    @Test
    void fillsMinimumSharesBeforeItLooksAtWeights() {
        TestCluster cluster = fair(Map.of("sure", new Definition(1, 5, false), "heavy", new Definition(100, 0, false)));
        TestJob heavy = cluster.submit(cluster.lineages.source(40), "heavy");
        TestJob sure = cluster.submit(cluster.lineages.source(40), "sure");
        cluster.addExecutor("1", 8);

        assertThat(running(cluster, sure)).isEqualTo(5);
        assertThat(running(cluster, heavy)).isEqualTo(3);
        finish(cluster);
    }

    @Test
    void leavesWhatAPoolDoesNotWantToTheOthers() {
        TestCluster cluster = fair(Map.of("sure", new Definition(10, 8, false)));
        TestJob small = cluster.submit(cluster.lineages.source(2), "sure");
        TestJob large = cluster.submit(cluster.lineages.source(40), "other");
        cluster.addExecutor("1", 8);

        assertThat(running(cluster, small)).isEqualTo(2);
        assertThat(running(cluster, large)).isEqualTo(6);
        finish(cluster);
    }

    @Test
    void leavesSlotsThatAJobHoldsOutOnToTheOthers() {
        TestCluster cluster = fair(Map.of());
        ExecutorId near = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 3);
        cluster.outputs.preferred.put(0, List.of(near));
        cluster.outputs.preferred.put(1, List.of(near));
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 2), "picky");
        cluster.succeed(cluster.running(0, 0));

        TestJob other = cluster.submit(cluster.lineages.source(10), "other");

        assertThat(cluster.running(task -> task.stage().stage().value() == 2)).hasSize(3);
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
        finish(cluster);
    }

    @Test
    void runsTheJobsOfAPoolInOrderUnlessItIsFairInside() {
        TestCluster cluster = fair(Map.of("fair", new Definition(1, 0, true)));
        TestJob first = cluster.submit(cluster.lineages.source(20), "fifo");
        TestJob second = cluster.submit(cluster.lineages.source(20), "fifo");
        TestJob third = cluster.submit(cluster.lineages.source(20), "fair");
        TestJob fourth = cluster.submit(cluster.lineages.source(20), "fair");
        cluster.addExecutor("1", 8);

        assertThat(running(cluster, first)).isEqualTo(4);
        assertThat(running(cluster, second)).isZero();
        assertThat(running(cluster, third)).isEqualTo(2);
        assertThat(running(cluster, fourth)).isEqualTo(2);
        finish(cluster);
    }

    @Test
    void countsTasksOfAnAttemptThatWasRolledBackWhileTheyRun() {
        TestCluster cluster = fair(Map.of());
        ExecutorId one = cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 8), "a");
        cluster.succeed(cluster.running(0, 0));
        TestTask reduce = cluster.running(1, 0);
        cluster.fetchFails(reduce, reduce.reads().get(0), 0, one);
        assertThat(cluster.running).hasSize(3);

        TestJob b = cluster.submit(cluster.lineages.source(10), "b");
        cluster.submit(cluster.lineages.source(10), "c");

        assertThat(cluster.running(task -> task.stage().stage().value() == 1)).hasSize(3);
        assertThat(cluster.running(task -> task.stage().stage().value() == 2)).hasSize(1);
        cluster.advance(cluster.settings.resubmitDelay());
        cluster.succeed(cluster.running(2, 0));
        assertThat(cluster.running(task -> task.stage().stage().value() == 0))
                .as("tasks of pool a, which still holds three slots")
                .isEmpty();
        assertThat(b.isOver()).isFalse();
        finish(cluster);
    }
}
