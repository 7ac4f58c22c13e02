package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.id.ExecutorId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.task.TaskRange;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets which tasks, and when they wait instead. */
class PlacementTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private long heldBy(ExecutorId executor) {
        return cluster.running(task -> task.executor().equals(executor)).size();
    }

    private void succeedIn(TestTask task, long runNanos) {
        cluster.running.remove(task);
        cluster.report(task, task.success(Map.of()), runNanos);
    }

    @Test
    void launchesConsecutivePartitionsAsOneRangePerExecutor() {
        cluster.addExecutor("1", 4);
        cluster.addExecutor("2", 4);
        cluster.submit(lineages.source(100));

        assertThat(cluster.ranges).containsExactlyInAnyOrder(new TaskRange(0, 4, 0), new TaskRange(4, 8, 0));
    }

    @Test
    void dealsFewTasksOverAllExecutors() {
        ExecutorId one = cluster.addExecutor("1", 4);
        ExecutorId two = cluster.addExecutor("2", 4);
        ExecutorId three = cluster.addExecutor("3", 4);
        cluster.submit(lineages.source(6));

        assertThat(List.of(heldBy(one), heldBy(two), heldBy(three))).containsExactly(2L, 2L, 2L);
    }

    @Test
    void queuesNothingBeforeTheFirstTaskIsMeasuredAndNothingBehindLongOnes() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.submit(lineages.source(100));
        assertThat(heldBy(one)).isEqualTo(2);

        succeedIn(cluster.running.get(0), Duration.ofSeconds(1).toNanos());

        assertThat(heldBy(one)).isEqualTo(2);
    }

    @Test
    void queuesAboutTwoMillisecondsOfWorkBehindShortTasks() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.submit(lineages.source(100));

        succeedIn(cluster.running.get(0), 400_000);

        assertThat(heldBy(one)).isEqualTo(2 + 10);
        assertThat(cluster.ranges).last().isEqualTo(new TaskRange(2, 13, 0));
    }

    @Test
    void queuesMoreBehindShortTasksThatReadLittleSoThatTheirRowsComeTogether() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ShuffleDependency little = lineages.shuffle(lineages.source(1), 200);
        ShuffleDependency much = lineages.shuffle(lineages.source(1), 200);
        Map<Integer, Long> bytes = new TreeMap<>();
        IntStream.range(0, 200).forEach(partition -> bytes.put(partition, 1L << 20));
        cluster.outputs.bytes.put(much.id(), bytes);

        cluster.submit(lineages.read(little));
        cluster.succeed(cluster.running(0, 0));
        succeedIn(cluster.running(1, 0), 1_000_000);
        assertThat(heldBy(one)).isEqualTo(1 + 20);
        cluster.finishAll();

        cluster.submit(lineages.read(much));
        cluster.succeed(cluster.running(2, 0));
        succeedIn(cluster.running(3, 0), 1_000_000);
        assertThat(heldBy(one)).isEqualTo(1 + 2);
    }

    @Test
    void neverQueuesMoreThanTheSettingAllows() {
        ExecutorId one = cluster.addExecutor("1", 2);
        cluster.submit(lineages.source(1000));

        succeedIn(cluster.running.get(0), 1);

        assertThat(heldBy(one)).isEqualTo(2 + cluster.settings.queueDepth());
    }

    @Test
    void holdsTheTailBackForWhoeverIsFree() {
        ExecutorId one = cluster.addExecutor("1", 2);
        ExecutorId two = cluster.addExecutor("2", 2);
        cluster.submit(lineages.source(20));
        TestTask quick = cluster.running(task -> task.executor().equals(one)).get(0);

        succeedIn(quick, 1_000);
        assertThat(cluster.scheduler.status().pending())
                .as("two for each slot of the cluster")
                .isEqualTo(8);
        succeedIn(cluster.running(task -> task.executor().equals(two)).get(0), 1_000);
        assertThat(heldBy(two)).as("a free slot is filled, but no queue").isEqualTo(2);
        assertThat(cluster.scheduler.status().pending()).isEqualTo(7);
    }

    @Test
    void letsEveryExecutorHaveItsTurnWithSingleTasks() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        for (int count = 0; count < 8; count++) {
            cluster.submit(lineages.source(1));
            cluster.finishAll();
        }

        assertThat(cluster.launched.stream().map(TestTask::executor).distinct()).hasSize(2);
    }

    @Test
    void servesJobsInTheOrderOfTheirNumbers() {
        cluster.addExecutor("1", 2);
        cluster.submit(lineages.source(4), new TestJob(5));
        cluster.submit(lineages.source(4), new TestJob(3));
        cluster.finishAll();

        assertThat(cluster.launched.stream().map(task -> task.stage().stage().value()))
                .containsExactly(0, 0, 1, 1, 1, 1, 0, 0);
    }

    @Test
    void givesSlotsTheFirstJobCannotUseToTheNext() {
        cluster.addExecutor("1", 4);
        cluster.submit(lineages.source(3));
        cluster.submit(lineages.source(3));

        assertThat(cluster.running)
                .extracting(task -> task.stage().stage().value())
                .containsExactly(0, 0, 0, 1);
    }

    private Lineage cachedOn(Map<Integer, List<ExecutorId>> holders, int partitions) {
        Lineage kept = lineages.source(partitions);
        kept.persist(StorageLevel.MEMORY_ONLY);
        cluster.cached.put(kept.id(), holders);
        return lineages.map(kept);
    }

    @Test
    void runsTasksWhereTheirDataIs() {
        ExecutorId one = cluster.addExecutor("1", 2);
        ExecutorId two = cluster.addExecutor("2", 2);
        cluster.submit(cachedOn(Map.of(0, List.of(two), 1, List.of(one), 2, List.of(two), 3, List.of(one)), 4));

        assertThat(cluster.running)
                .allMatch(task -> task.executor().equals(task.partition() % 2 == 0 ? two : one))
                .hasSize(4);
    }

    @Test
    void waitsForASlotNearTheDataButNotForever() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 1);
        cluster.submit(cachedOn(Map.of(0, List.of(one), 1, List.of(one)), 2));
        assertThat(heldBy(one)).isEqualTo(1);
        assertThat(heldBy(two)).isZero();

        cluster.advance(Duration.ofMillis(2_999));
        assertThat(heldBy(two)).isZero();
        cluster.advance(Duration.ofMillis(1));

        assertThat(heldBy(two)).isEqualTo(1);
    }

    @Test
    void doesNotStarveManyTasksWithOneLocalExecutor() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 1);
        Map<Integer, List<ExecutorId>> holders = new LinkedHashMap<>();
        for (int partition = 0; partition < 40; partition++) {
            holders.put(partition, List.of(one));
        }
        cluster.submit(cachedOn(holders, 40));
        for (int count = 0; count < 7; count++) {
            cluster.advance(Duration.ofMillis(500));
            cluster.succeed(cluster.running(task -> task.executor().equals(one)).get(0));
        }

        assertThat(heldBy(two)).as("local launches do not restart the wait").isEqualTo(1);
    }

    @Test
    void doesNotWaitForExecutorsThatAreGone() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 2);
        cluster.submit(cachedOn(Map.of(0, List.of(one), 1, List.of(one), 2, List.of(new ExecutorId("dead", 0))), 3));
        assertThat(heldBy(two)).as("nothing of partition 2 is alive").isEqualTo(1);
        cluster.succeed(cluster.running(0, 2));
        assertThat(heldBy(two)).isZero();

        cluster.lose(one, false);

        assertThat(heldBy(two)).as("what ran there, and what waited for it").isEqualTo(2);
    }

    @Test
    void runsReducersWhereMostOfTheirInputIs() {
        cluster.addExecutor("1", 2);
        ExecutorId two = cluster.addExecutor("2", 2);
        cluster.outputs.preferred.put(1, List.of(two));
        cluster.submit(lineages.map(lineages.shuffled(lineages.source(2), 2)));
        cluster.succeed(cluster.running(0, 0));
        cluster.succeed(cluster.running(0, 1));

        assertThat(cluster.running(1, 1).executor()).isEqualTo(two);
    }

    @Test
    void takesNoTimersWithItWhenTheStageEnds() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        TestJob job = cluster.submit(cachedOn(Map.of(0, List.of(one), 1, List.of(one)), 2));
        assertThat(cluster.time.pendingTimers()).isEqualTo(1);

        cluster.cancel(job, "enough");

        assertThat(cluster.time.pendingTimers()).isZero();
    }
}
