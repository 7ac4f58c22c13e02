package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Executors are asked for as tasks wait, and let go when they are idle. */
class AllocationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static AllocationSettings settings(int least, int most, int initial) {
        return new AllocationSettings(
                true,
                least,
                most,
                initial,
                1,
                SECOND,
                SECOND,
                Duration.ofSeconds(60),
                Duration.ZERO,
                Duration.ofSeconds(300));
    }

    private static TestCluster cluster(AllocationSettings settings) {
        return new TestCluster(TestCluster.SETTINGS.with(SchedulerPolicies.DEFAULTS.with(settings)));
    }

    /** Second by second, since one timer sets the next. */
    private static void seconds(TestCluster cluster, int count) {
        for (int second = 0; second < count; second++) {
            cluster.advance(SECOND);
        }
    }

    @Test
    void asksForTwiceAsManyEachTimeTasksStillWait() {
        TestCluster cluster = cluster(settings(0, 100, 0));
        cluster.submit(cluster.lineages.source(40));
        for (int round = 0; round < 7; round++) {
            cluster.advance(SECOND);
        }
        assertThat(cluster.requested).containsExactly(0, 1, 3, 7, 15, 31, 40);
    }

    @Test
    void asksForAnExecutorForATaskThatRanOutOfMemoryWhenNoneIsLeft() {
        TestCluster cluster = cluster(settings(0, 10, 0));
        cluster.submit(cluster.lineages.source(1));
        seconds(cluster, 1);
        ExecutorId only = cluster.addExecutor("1", 1);
        cluster.end(cluster.running(0, 0), new TaskOutcome.OutOfMemory("out of memory"));
        cluster.lose(only, true);

        seconds(cluster, 1);
        assertThat(cluster.requested.get(cluster.requested.size() - 1)).isPositive();
        cluster.addExecutor("2", 1);
        assertThat(cluster.runningOf(0)).hasSize(1);
    }

    @Test
    void asksForMoreAsLongAsTasksWaitThatNeedExecutorsOfTheirOwn() {
        TestCluster cluster = cluster(settings(0, 10, 0));
        cluster.submit(cluster.lineages.source(4));
        seconds(cluster, 1);
        ExecutorId only = cluster.addExecutor("1", 4);
        for (int partition = 0; partition < 4; partition++) {
            cluster.end(cluster.running(0, partition), new TaskOutcome.OutOfMemory("out of memory"));
        }
        cluster.lose(only, true);

        seconds(cluster, 5);
        assertThat(cluster.requested.get(cluster.requested.size() - 1)).isGreaterThan(1);
        for (int more = 2; more < 6; more++) {
            cluster.addExecutor(String.valueOf(more), 1);
        }
        cluster.finishAll();
        assertThat(cluster.jobs.get(0).succeeded).isTrue();
    }

    @Test
    void waitsLongerForTheFirstThanForMoreWhenTold() {
        TestCluster cluster = cluster(new AllocationSettings(
                true,
                0,
                100,
                0,
                1,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ZERO,
                Duration.ZERO));
        cluster.submit(cluster.lineages.source(40));
        cluster.advance(Duration.ofMillis(4_999));
        assertThat(cluster.requested).containsExactly(0);
        cluster.advance(Duration.ofMillis(1));
        assertThat(cluster.requested).containsExactly(0, 1);
        seconds(cluster, 2);
        assertThat(cluster.requested).containsExactly(0, 1, 3);
    }

    @Test
    void countsTheSlotsOfExecutorsAndTheRatio() {
        TestCluster cluster = cluster(new AllocationSettings(
                true, 1, 100, 0, 0.5, SECOND, SECOND, Duration.ofSeconds(60), Duration.ZERO, Duration.ZERO));
        cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.source(40));
        seconds(cluster, 10);
        assertThat(cluster.requested).containsExactly(1, 2, 4, 5);
    }

    @Test
    void staysBetweenTheLeastAndTheMost() {
        TestCluster cluster = cluster(settings(2, 5, 4));
        assertThat(cluster.requested).isEmpty();
        cluster.submit(cluster.lineages.source(40));
        seconds(cluster, 10);
        assertThat(cluster.requested).containsExactly(4, 5);
        cluster.cancel(cluster.jobs.get(0), "enough");
        assertThat(cluster.requested).containsExactly(4, 5, 2);
    }

    @Test
    void asksForNoMoreWhenTheTasksHaveFoundSlotsAndStartsSmallTheNextTime() {
        TestCluster cluster = cluster(settings(0, 100, 0));
        cluster.submit(cluster.lineages.source(20));
        seconds(cluster, 3);
        assertThat(cluster.requested).endsWith(7);
        cluster.addExecutor("1", 20);
        seconds(cluster, 30);
        assertThat(cluster.requested).as("one executor has slots for all").endsWith(7, 1);

        cluster.submit(cluster.lineages.source(100));
        cluster.advance(SECOND);
        assertThat(cluster.requested).endsWith(1, 2);
    }

    @Test
    void letsIdleExecutorsGoButNotBelowTheLeast() {
        TestCluster cluster = cluster(settings(1, 10, 0));
        ExecutorId first = cluster.addExecutor("1", 1);
        ExecutorId second = cluster.addExecutor("2", 1);
        cluster.addExecutor("3", 1);

        seconds(cluster, 59);
        assertThat(cluster.released).isEmpty();
        cluster.advance(SECOND);

        assertThat(cluster.released).containsExactly(first, second);
        assertThat(cluster.requested).endsWith(1);
    }

    @Test
    void keepsTheExecutorsItBeganWithUntilTasksComeOrTheyWereIdleForTooLong() {
        TestCluster cluster = cluster(settings(0, 10, 3));
        ExecutorId only = cluster.addExecutor("1", 1);
        assertThat(cluster.requested).containsExactly(3);
        seconds(cluster, 59);
        assertThat(cluster.requested).containsExactly(3);

        seconds(cluster, 1);

        assertThat(cluster.requested).containsExactly(3, 0);
        assertThat(cluster.released).containsExactly(only);
    }

    @Test
    void keepsExecutorsThatWorkAndCountsFromTheEndOfTheirLastTask() {
        TestCluster cluster = cluster(settings(0, 10, 0));
        ExecutorId only = cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.source(1));
        seconds(cluster, 200);
        cluster.succeed(cluster.running(0, 0));

        seconds(cluster, 59);
        assertThat(cluster.released).isEmpty();
        cluster.advance(SECOND);
        assertThat(cluster.released).containsExactly(only);
    }

    @Test
    void keepsExecutorsWithMapOutputsUntilTheirTimeoutOrUntilNobodyCanReadThem() {
        TestCluster cluster = cluster(settings(0, 10, 0));
        ExecutorId only = cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 1));
        cluster.succeed(cluster.running(0, 0));
        cluster.succeed(cluster.running(1, 0));
        seconds(cluster, 299);
        assertThat(cluster.released).isEmpty();

        cluster.outputs.removeAll(new ShuffleId(0));
        cluster.post(new SchedulerEvent.ShuffleForgotten(new ShuffleId(0)));
        cluster.advance(Duration.ZERO);

        assertThat(cluster.released).containsExactly(only);
    }

    @Test
    void keepsExecutorsWithCachedPartitionsUntilTheyAreUnpersisted() {
        TestCluster cluster = cluster(settings(0, 10, 0));
        ExecutorId only = cluster.addExecutor("1", 1);
        cluster.cached.put(new DatasetId(7), Map.of(0, List.of(only)));
        seconds(cluster, 1_000);
        assertThat(cluster.released).isEmpty();

        cluster.cached.clear();
        cluster.post(new SchedulerEvent.DatasetForgotten(new DatasetId(7)));
        cluster.advance(Duration.ZERO);

        assertThat(cluster.released).containsExactly(only);
        assertThat(cluster.time.pendingTimers()).isZero();
    }

    @Test
    void asksForAnExecutorMoreWhenATaskIsExcludedEverywhere() {
        ExclusionSettings exclusion =
                new ExclusionSettings(true, 1, 2, 2, 2, 2, 2, Duration.ofHours(1), Duration.ofSeconds(120));
        TestCluster cluster = new TestCluster(TestCluster.SETTINGS.with(
                SchedulerPolicies.DEFAULTS.with(exclusion).with(settings(1, 10, 0))));
        cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.source(1));
        cluster.end(cluster.running(0, 0), TestTask.threw(true));

        seconds(cluster, 2);

        assertThat(cluster.requested).endsWith(2);
    }

    @Test
    void asksForNothingWhenItIsOff() {
        TestCluster cluster = new TestCluster();
        cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.source(10));
        cluster.advance(Duration.ofHours(1));
        assertThat(cluster.requested).isEmpty();
        assertThat(cluster.released).isEmpty();
    }
}
