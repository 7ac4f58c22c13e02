package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.task.TaskOutcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cached partitions that were computed from map outputs which came out with other rows since. */
class OutdatedCachesTest {
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

    private Lineage cached(Lineage parent) {
        Lineage cached = lineages.map(parent);
        cached.persist(StorageLevel.MEMORY_ONLY);
        return cached;
    }

    private void done(Lineage lineage) {
        TestJob job = cluster.submit(lineage);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    private void storeAll(Lineage dataset, ExecutorId holder) {
        for (int partition = 0; partition < dataset.partitionCount(); partition++) {
            cluster.stored(dataset.id(), partition, holder);
        }
    }

    /** Loses map output 0 of a shuffle, and has a job compute it again with other rows. */
    private void change(ShuffleId shuffle, Lineage reader) {
        cluster.outputs.remove(shuffle, 0, cluster.outputs.holder(shuffle, 0));
        int changes = cluster.changes.size();
        TestJob job = cluster.submit(lineages.map(reader));
        TestTask writer = cluster.running(task -> shuffle.equals(task.writes())).get(0);
        cluster.succeed(writer, OTHER + changes);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.changes).hasSize(changes + 1);
    }

    // Between jobs.

    @Test
    void dropsThemWhenTheNextStageReadsThem() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(read);
        done(cached);
        cluster.stored(cached.id(), 0, one);
        change(FIRST, read);
        assertThat(cluster.dropped).as("nobody reads them yet").isEmpty();

        TestJob again = cluster.submit(lineages.map(cached));

        assertThat(cluster.dropped).containsExactly(cached.id());
        cluster.finishAll();
        assertThat(again.succeeded).isTrue();
    }

    @Test
    void keepsWhatWasStoredSinceUntilTheNextChange() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(read);
        done(cached);
        change(FIRST, read);
        done(cached);
        storeAll(cached, one);

        done(lineages.map(cached));

        assertThat(cluster.dropped).hasSize(1);
        assertThat(cluster.cached).containsKey(cached.id());
        change(FIRST, read);
        done(lineages.map(cached));
        assertThat(cluster.dropped).containsExactly(cached.id(), cached.id());
        assertThat(cluster.cached).isEmpty();
    }

    @Test
    void runsTheMapStagesThatTheyHadSpared() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(read);
        done(cached);
        storeAll(cached, one);
        change(FIRST, read);
        cluster.outputs.remove(FIRST, 0, one);

        TestJob job = cluster.submit(cached);

        assertThat(cluster.running).as("not the cached partitions").allMatch(task -> FIRST.equals(task.writes()));
        cluster.succeed(cluster.running.get(0), OTHER);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void dropsThoseBehindAnyOfSeveralShufflesAndNoOthers() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage first = lineages.shuffled(lineages.source(1), 2);
        Lineage second = lineages.shuffled(lineages.source(1), 2);
        Lineage both = cached(lineages.union(first, second));
        Lineage spared = cached(first);
        Lineage all = lineages.union(both, spared);
        done(all);
        storeAll(both, one);
        storeAll(spared, one);
        change(SECOND, second);

        done(all);

        assertThat(cluster.dropped).containsExactly(both.id());
        assertThat(cluster.cached).containsOnlyKeys(spared.id());
    }

    @Test
    void dropsThoseWhoseShuffleReadAnotherThatChanged() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage first = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(lineages.shuffled(first, 2));
        done(cached);
        storeAll(cached, one);
        change(FIRST, first);
        int before = cluster.launched.size();

        // Beside the cached partitions it reads the new rows of the first shuffle.
        done(lineages.union(cached, lineages.map(first)));

        assertThat(cluster.dropped).containsExactly(cached.id());
        assertThat(cluster.launched.subList(before, cluster.launched.size()).stream()
                        .filter(task -> SECOND.equals(task.writes())))
                .as("the shuffle in between is computed from the new rows")
                .hasSize(2);
    }

    @Test
    void dropsWhatWasStoredAfterUnpersistBecauseItMayBeOld() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(read);
        done(cached);
        change(FIRST, read);
        done(cached);
        assertThat(cluster.dropped).hasSize(1);
        cluster.post(new SchedulerEvent.DatasetForgotten(cached.id()));
        cluster.stored(cached.id(), 0, one);

        done(cached);

        assertThat(cluster.dropped).hasSize(2);
    }

    // In a job that runs.

    /** Stage 1 stores what it computes from shuffle 0, which one of its tasks, partition 0, then fails to fetch. */
    private TestJob changeUnderStoringTasks(Lineage cached, int partitions) {
        TestJob job = cluster.submit(cached);
        cluster.succeedStage(0);
        assertThat(cluster.runningOf(1)).hasSize(partitions);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);
        cluster.succeed(cluster.running(0, 0), OTHER);
        return job;
    }

    @Test
    void waitsForOlderTasksThatMayStillStoreOldRows() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage cached = cached(lineages.shuffled(lineages.source(1), 3));
        TestJob job = changeUnderStoringTasks(cached, 3);
        List<TestTask> late = List.copyOf(cluster.cancelled);
        assertThat(late).hasSize(2);
        assertThat(cluster.runningOf(1))
                .as("must not meet what the cancelled ones store")
                .isEmpty();

        cluster.stored(cached.id(), late.get(0).partition(), one);
        cluster.end(late.get(0), late.get(0).success(Map.of()));
        assertThat(cluster.runningOf(1)).isEmpty();
        assertThat(cluster.dropped).isEmpty();
        cluster.stored(cached.id(), late.get(1).partition(), one);
        cluster.end(late.get(1), new TaskOutcome.Killed("cancelled"));

        assertThat(cluster.dropped).containsExactly(cached.id());
        assertThat(cluster.cached).isEmpty();
        assertThat(cluster.runningOf(1)).hasSize(3);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.dropped).hasSize(1);
    }

    @Test
    void dropsWhatItsTasksStoredAlsoOfADatasetThatIsKeptNoLonger() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage cached = cached(lineages.shuffled(lineages.source(1), 2));
        TestJob job = cluster.submit(cached);
        cluster.succeedStage(0);
        cached.persist(StorageLevel.NONE);
        cluster.post(new SchedulerEvent.DatasetForgotten(cached.id()));
        // The program that the tasks were given still has them store it.
        cluster.stored(cached.id(), 1, one);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);
        cluster.succeed(cluster.running(0, 0), OTHER);
        assertThat(cluster.runningOf(1))
                .as("must not meet what the cancelled one stores")
                .isEmpty();

        cluster.end(cluster.cancelled.iterator().next(), new TaskOutcome.Killed("cancelled"));

        assertThat(cluster.dropped).containsExactly(cached.id());
        assertThat(cluster.runningOf(1)).hasSize(2);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void goesOnWhenTheExecutorOfTheLastOlderTaskIsLost() {
        cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 2);
        Lineage cached = cached(lineages.shuffled(lineages.source(1), 3));
        TestJob job = cluster.submit(cached);
        cluster.succeedStage(0);
        TestTask witness = cluster.runningOf(1).stream()
                .filter(task -> !task.executor().equals(two))
                .findFirst()
                .orElseThrow();
        cluster.loseOutput(witness, FIRST, 0);
        cluster.succeed(cluster.running(0, 0), OTHER);
        assertThat(cluster.runningOf(1)).isEmpty();

        cluster.lose(two, false);
        cluster.finishAll();

        assertThat(job.succeeded).isTrue();
        assertThat(cluster.dropped).containsExactly(cached.id());
    }

    @Test
    void waitsForAStageOfAnotherJobThatMayStoreOldRows() {
        cluster.addExecutor("1", 8);
        Lineage first = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(lineages.shuffled(first, 2));
        TestJob storing = cluster.submit(cached);
        cluster.succeedStage(0);
        cluster.succeedStage(1);
        storeAll(cached, cluster.running(2, 0).executor());
        cluster.outputs.remove(FIRST, 0, cluster.outputs.holder(FIRST, 0));
        TestJob changing = cluster.submit(lineages.map(first));
        cluster.succeed(cluster.running(0, 0), OTHER);
        cluster.succeedStage(3);
        assertThat(changing.succeeded).isTrue();
        assertThat(cluster.runningOf(2))
                .as("the cached partitions spare it the change")
                .hasSize(2);

        TestJob waiting = cluster.submit(lineages.map(cached));
        assertThat(cluster.dropped).isEmpty();
        assertThat(waiting.isOver()).isFalse();
        cluster.succeedStage(2);

        assertThat(storing.succeeded).as("it reads old rows only").isTrue();
        assertThat(cluster.dropped).containsExactly(cached.id());
        cluster.finishAll();
        assertThat(waiting.succeeded).isTrue();
    }

    @Test
    void goesOnWhenTheStageItWaitsForCannotBeLaunched() {
        ExecutorId one = cluster.addExecutor("1", 1);
        Lineage first = lineages.shuffled(lineages.source(1), 1);
        Lineage cached = cached(lineages.shuffled(first, 200));
        TestJob changing = cluster.submit(first);
        cluster.succeedStage(0);
        TestJob storing = cluster.submit(cached);
        // Stage 1 is the result of the first job; stage 2 feeds stage 3, which stores.
        cluster.succeedStage(2);
        storeAll(cached, one);
        cluster.loseOutput(cluster.running(1, 0), FIRST, 0);
        while (cluster.runningOf(0).isEmpty()) {
            cluster.succeed(cluster.runningOf(3).get(0));
        }
        cluster.succeed(cluster.running(0, 0), OTHER);
        TestJob waiting = cluster.submit(lineages.map(cached));
        cluster.onLaunch = task -> {
            if (task.stage().stage().value() == 3) {
                cluster.running.remove(task);
                throw new IllegalStateException("a plan of 3 GiB");
            }
        };

        cluster.finishAll();

        assertThat(changing.succeeded).isTrue();
        assertThat(storing.failure).contains("could not be launched");
        assertThat(cluster.dropped).containsExactly(cached.id());
        assertThat(waiting.succeeded).isTrue();
    }

    @Test
    void startsNothingForAJobThatIsCancelledWhileItWaits() {
        cluster.addExecutor("1", 8);
        Lineage cached = cached(lineages.shuffled(lineages.source(1), 2));
        TestJob job = changeUnderStoringTasks(cached, 2);
        TestTask late = cluster.cancelled.iterator().next();

        cluster.cancel(job, "no longer wanted");
        cluster.end(late, new TaskOutcome.Killed("cancelled"));

        assertThat(job.failure).contains("no longer wanted");
        assertThat(cluster.running).isEmpty();
        assertThat(cluster.dropped).isEmpty();
    }

    @Test
    void failsAJobThatDeliveredFromThemAndDropsThemForTheNext() {
        ExecutorId one = cluster.addExecutor("1", 8);
        Lineage read = lineages.shuffled(lineages.source(1), 2);
        Lineage cached = cached(read);
        done(cached);
        storeAll(cached, one);
        TestJob delivered = cluster.submit(lineages.map(cached));
        cluster.succeed(cluster.running.get(0));
        assertThat(delivered.results).hasSize(1);
        cluster.outputs.remove(FIRST, 0, one);
        cluster.submit(lineages.map(read));

        cluster.succeed(cluster.running(task -> FIRST.equals(task.writes())).get(0), OTHER);

        assertThat(delivered.failure).contains("has delivered 1 of 2 partitions");
        cluster.finishAll();
        done(lineages.map(cached));
        assertThat(cluster.dropped).containsExactly(cached.id());
    }
}
