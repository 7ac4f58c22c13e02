package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.SchedulerListener.SplitRead;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Partitions that are computed in slices: retried, rolled back and lost like others, and told as one. */
class SkewTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(0);
    private static final SkewSettings SKEW = new SkewSettings(true, 5, 100);

    private final TestCluster cluster =
            new TestCluster(new SchedulerSettings(4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 64, SKEW));
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    /** Partition 1 of three reads 100 bytes from each of four maps, the others 10: it is split at the maps. */
    private ShuffleDependency skewed() {
        cluster.outputs.bytes.put(SHUFFLE, Map.of(0, 10L, 1, 100L, 2, 10L));
        return lineages.shuffle(lineages.source(4), 3);
    }

    private void finishMaps(int stage) {
        List<TestTask> maps = new ArrayList<>();
        do {
            maps.forEach(cluster::succeed);
            maps = cluster.running(task -> task.stage().stage().value() == stage);
        } while (!maps.isEmpty());
    }

    private ExecutorId other(ExecutorId executor) {
        return cluster.alive.keySet().stream()
                .filter(alive -> !alive.equals(executor))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void computesTheLargePartitionInSlicesThatReadEveryMapOutputOnce() {
        cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);

        assertThat(cluster.running).extracting(TestTask::partition).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(cluster.running)
                .extracting(TestTask::slice)
                .containsExactly(
                        null,
                        new PartitionSlice(1, 0, 4, SHUFFLE, new MapRange(0, 1)),
                        null,
                        new PartitionSlice(1, 1, 4, SHUFFLE, new MapRange(1, 2)),
                        new PartitionSlice(1, 2, 4, SHUFFLE, new MapRange(2, 3)),
                        new PartitionSlice(1, 3, 4, SHUFFLE, new MapRange(3, Integer.MAX_VALUE)));
        assertThat(cluster.splits.values()).containsExactly(List.of(new SplitRead(1, SHUFFLE, 4, 400)));
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void tellsTheResultOfASplitPartitionOnceAllSlicesAreThereAndInTheirOrder() {
        cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);

        for (int task : new int[] {5, 3, 1, 0}) {
            cluster.succeed(cluster.running(1, task));
        }
        assertThat(job.results).containsOnlyKeys(0);
        cluster.succeed(cluster.running(1, 4));

        assertThat(job.results).containsOnlyKeys(0, 1);
        assertThat(job.slices).containsOnly(Map.entry(1, List.of(1, 3, 4, 5)));
        assertThat(job.succeeded).isFalse();
        cluster.succeed(cluster.running(1, 2));
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void splitsOnlyPartitionsThatAreAskedFor() {
        cluster.addExecutor("1", 8);
        ShuffleDependency shuffle = skewed();
        TestJob job = cluster.submit(lineages.read(shuffle), new int[] {2, 0}, new TestJob(0));
        finishMaps(0);
        assertThat(cluster.running).extracting(TestTask::partition).containsExactly(0, 2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();

        TestJob large = cluster.submit(lineages.read(shuffle), new int[] {1}, new TestJob(1));
        assertThat(cluster.running).extracting(TestTask::partition).containsExactly(1, 3, 4, 5);
        cluster.finishAll();
        assertThat(large.slices).containsOnly(Map.entry(0, List.of(1, 3, 4, 5)));
    }

    @Test
    void letsEverySliceOfAMapPartitionWriteAnOutputThatReadersWaitFor() {
        cluster.addExecutor("1", 8);
        ShuffleDependency second = lineages.shuffle(lineages.map(lineages.read(skewed())), 2);
        TestJob job = cluster.submit(lineages.read(second));
        finishMaps(0);

        assertThat(cluster.outputs.missing(second.id()).cardinality()).isEqualTo(6);
        for (int task : new int[] {0, 1, 2, 3, 4}) {
            cluster.succeed(cluster.running(1, task));
        }
        assertThat(cluster.launches(2)).isZero();
        cluster.succeed(cluster.running(1, 5));
        assertThat(cluster.launches(2)).isEqualTo(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void computesOnlyTheSlicesAgainWhoseMapOutputsAreLost() {
        ExecutorId one = cluster.addExecutor("1", 8);
        ShuffleDependency second = lineages.shuffle(lineages.read(skewed()), 2);
        TestJob job = cluster.submit(lineages.read(second));
        finishMaps(0);
        finishMaps(1);

        cluster.fetchFails(cluster.running(2, 0), second.id(), 4, one);
        cluster.finishAll();

        assertThat(cluster.launches(1)).isEqualTo(7);
        TestTask again = cluster.launched.stream()
                .filter(task ->
                        task.stage().stage().value() == 1 && task.stage().epoch() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(again.slice()).isEqualTo(new PartitionSlice(1, 2, 4, SHUFFLE, new MapRange(2, 3)));
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void meansTheSameSlicesInAJobThatFindsSomeMapOutputsOfAForgottenStage() {
        ExecutorId one = cluster.addExecutor("1", 4);
        ExecutorId two = cluster.addExecutor("2", 4);
        ShuffleDependency second = lineages.shuffle(lineages.read(skewed()), 2);
        Lineage read = lineages.read(second);
        cluster.submit(read);
        cluster.finishAll();
        cluster.layouts.clear();
        int before = cluster.launched.size();

        cluster.outputs.remove(second.id(), 5, cluster.outputs.holder(second.id(), 5));
        cluster.outputs.bytes.clear();
        TestJob job = cluster.submit(read);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        TestTask again = cluster.launched.get(before);
        assertThat(again.slice()).isEqualTo(new PartitionSlice(1, 3, 4, SHUFFLE, new MapRange(3, Integer.MAX_VALUE)));
        assertThat(cluster.launched.size() - before)
                .as("one slice, two readers")
                .isEqualTo(3);
        assertThat(cluster.alive).containsKeys(one, two);
    }

    @Test
    void splitsNothingWhereMapOutputsOfWholePartitionsAreThereAlready() {
        cluster.addExecutor("1", 1);
        ShuffleDependency second = lineages.shuffle(lineages.read(skewed()), 2);
        Lineage read = lineages.read(second);
        cluster.submit(read);
        cluster.finishAll();
        assertThat(cluster.splits).as("one slot needs no slices").isEmpty();

        cluster.addExecutor("2", 8);
        cluster.outputs.remove(second.id(), 1, cluster.outputs.holder(second.id(), 1));
        TestJob job = cluster.submit(read);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.splits).isEmpty();
    }

    @Test
    void triesAFailedSliceAgainAloneAndNamesItWhenItsJobFails() {
        cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);
        for (int failures = 0; failures < 3; failures++) {
            cluster.end(cluster.running(1, 4), TestTask.threw(true));
        }
        assertThat(cluster.launches(1)).isEqualTo(9);
        assertThat(cluster.running(1, 4).attempt()).isEqualTo(3);

        cluster.end(cluster.running(1, 4), TestTask.threw(true));

        assertThat(job.failure).contains("slice 3 of 4 of partition 1 of stage 1", "failed 4 times", "bad row");
    }

    @Test
    void keepsFinishedSlicesWhenTheStageIsRolledBack() {
        ExecutorId one = cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);
        cluster.succeed(cluster.running(1, 1));
        cluster.succeed(cluster.running(1, 5));

        cluster.fetchFails(cluster.running(1, 3), SHUFFLE, 1, one);
        cluster.finishAll();

        assertThat(cluster.launches(0)).isEqualTo(5);
        assertThat(cluster.launched.stream()
                        .filter(task -> task.stage().stage().value() == 1
                                && task.stage().epoch() == 1)
                        .map(TestTask::partition))
                .containsExactly(0, 2, 3, 4);
        assertThat(job.slices).containsOnly(Map.entry(1, List.of(1, 3, 4, 5)));
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void runsSlicesOfALostExecutorElsewhereAndCountsWhatTheyAddedOnce() {
        ExecutorId one = cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);
        TestTask done = cluster.running(1, 3);
        cluster.end(done, done.success(Map.of(7L, new byte[] {1})));
        cluster.report(done, done.success(Map.of(7L, new byte[] {1})), 1);
        cluster.addExecutor("2", 8);
        assertThat(other(one).name()).isEqualTo("2");

        cluster.lose(one, false);
        cluster.finishAll();

        assertThat(job.accumulators.stream().filter(added -> added.containsKey(7L)))
                .hasSize(1);

        assertThat(job.succeeded).isTrue();
        assertThat(job.slices).containsOnly(Map.entry(1, List.of(1, 3, 4, 5)));
        assertThat(job.results).containsOnly(Map.entry(0, 1), Map.entry(1, 1), Map.entry(2, 1));
    }

    @Test
    void takesASliceOfAnOldAttemptOnce() {
        ExecutorId one = cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);
        TestTask slow = cluster.running(1, 4);
        cluster.fetchFails(cluster.running(1, 3), SHUFFLE, 1, one);
        cluster.end(slow, slow.success(Map.of()));
        cluster.report(slow, slow.success(Map.of()), 1);

        cluster.finishAll();

        assertThat(cluster.launched.stream().filter(task -> task.stage().stage().value() == 1 && task.partition() == 4))
                .hasSize(1);
        assertThat(job.slices).containsOnly(Map.entry(1, List.of(1, 3, 4, 5)));
    }

    @Test
    void triesAKilledSliceAgainWithoutCountingIt() {
        cluster.addExecutor("1", 8);
        TestJob job = cluster.submit(lineages.read(skewed()));
        finishMaps(0);
        for (int count = 0; count < 10; count++) {
            cluster.end(cluster.running(1, 5), new TaskOutcome.Killed("preempted"));
        }
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void runsEachSliceNearTheMapOutputsThatItReads() {
        ExecutorId one = cluster.addExecutor("1", 4);
        ExecutorId two = cluster.addExecutor("2", 4);
        cluster.outputs.preferredOfMaps.put(new MapRange(0, 1), List.of(two));
        cluster.outputs.preferredOfMaps.put(new MapRange(1, 2), List.of(one));
        cluster.outputs.preferredOfMaps.put(new MapRange(2, 3), List.of(two));
        cluster.submit(lineages.read(skewed()));
        finishMaps(0);

        assertThat(cluster.running(1, 1).executor()).isEqualTo(two);
        assertThat(cluster.running(1, 3).executor()).isEqualTo(one);
        assertThat(cluster.running(1, 4).executor()).isEqualTo(two);
    }

    @Test
    void splitsNothingWhenItIsSwitchedOff() {
        TestCluster off = new TestCluster(new SchedulerSettings(
                4, 4, Duration.ofSeconds(3), Duration.ofMillis(200), 64, new SkewSettings(false, 5, 100)));
        off.addExecutor("1", 8);
        off.outputs.bytes.put(SHUFFLE, Map.of(0, 10L, 1, 100L, 2, 10L));
        TestJob job = off.submit(off.lineages.shuffled(off.lineages.source(4), 3));
        off.finishAll();
        assertThat(off.launches(1)).isEqualTo(3);
        assertThat(job.succeeded).isTrue();
    }
}
