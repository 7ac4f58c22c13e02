package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executors and hosts on which tasks fail again and again get no more of them. */
class ExclusionTest {
    private static final ExclusionSettings ON =
            new ExclusionSettings(true, 1, 2, 2, 2, 2, 2, Duration.ofHours(1), Duration.ofSeconds(120));

    private final TestCluster cluster = new TestCluster(TestCluster.with(ON));
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private void failOn(ExecutorId executor, int partition) {
        TestTask task = cluster.running(0, partition);
        assertThat(task.executor()).isEqualTo(executor);
        cluster.end(task, TestTask.threw(true));
    }

    private TestTask taskOn(ExecutorId executor) {
        return cluster.running(task -> task.executor().equals(executor)).get(0);
    }

    @Test
    void keepsATaskAwayFromTheExecutorItFailedOnHoweverLongItWaits() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 1);
        cluster.submit(lineages.source(2));
        TestTask failing = taskOn(one);
        TestTask other = taskOn(two);

        cluster.end(failing, TestTask.threw(true));
        cluster.advance(cluster.settings.localityWait().multipliedBy(2));
        assertThat(cluster.running).containsExactly(other);

        cluster.succeed(other);
        assertThat(taskOn(two).partition()).isEqualTo(failing.partition());
    }

    @Test
    void keepsATaskAwayFromTheHostItFailedOnTwice() {
        ExecutorId one = cluster.addExecutor("1", 0, "host", 1);
        ExecutorId two = cluster.addExecutor("2", 0, "host", 1);
        cluster.addExecutor("3", 0, "host", 1);
        TestJob job = cluster.submit(lineages.source(1));
        cluster.end(cluster.running.get(0), TestTask.threw(true));
        cluster.end(cluster.running.get(0), TestTask.threw(true));
        assertThat(cluster.running).isEmpty();

        ExecutorId elsewhere = cluster.addExecutor("4", 1);

        assertThat(cluster.running.get(0).executor()).isEqualTo(elsewhere).isNotIn(one, two);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void givesAnExecutorNoMoreTasksOfAStageWhenTwoFailedThere() {
        ExecutorId bad = cluster.addExecutor("1", 2);
        ExecutorId good = cluster.addExecutor("2", 1);
        cluster.submit(lineages.source(10));
        cluster.end(taskOn(bad), TestTask.threw(true));
        cluster.end(
                cluster.running(task -> task.executor().equals(bad) && task.attempt() == 0)
                        .get(0),
                TestTask.threw(true));

        int before = cluster.launched.size();
        while (cluster.running(task -> task.executor().equals(bad)).size() > 0) {
            cluster.succeed(taskOn(bad));
        }
        cluster.finishAll();

        assertThat(cluster.launched.subList(before, cluster.launched.size()))
                .isNotEmpty()
                .allMatch(task -> task.executor().equals(good));
    }

    @Test
    void letsTasksThatHeldOutForAnExecutorGoElsewhereAtOnceWhenItIsExcluded() {
        ExecutorId near = cluster.addExecutor("1", 2);
        ExecutorId other = cluster.addExecutor("2", 4);
        for (int partition = 0; partition < 5; partition++) {
            cluster.outputs.preferred.put(partition, List.of(near));
        }
        cluster.submit(lineages.shuffled(lineages.source(1), 5));
        cluster.succeed(cluster.running(0, 0));
        assertThat(cluster.running).hasSize(2).allMatch(task -> task.executor().equals(near));

        cluster.end(cluster.running(1, 0), TestTask.threw(true));
        cluster.end(cluster.running(1, 1), TestTask.threw(true));

        assertThat(cluster.running(task -> task.executor().equals(other))).hasSize(4);
    }

    @Test
    void givesAHostNoMoreTasksOfAStageWhenTwoOfItsExecutorsAreExcluded() {
        ExecutorId one = cluster.addExecutor("1", 0, "host", 2);
        ExecutorId two = cluster.addExecutor("2", 0, "host", 2);
        ExecutorId three = cluster.addExecutor("3", 0, "host", 1);
        cluster.addExecutor("4", 1);
        cluster.submit(lineages.source(40));
        for (ExecutorId bad : new ExecutorId[] {one, one, two, two}) {
            cluster.end(
                    cluster.running(task -> task.executor().equals(bad) && task.attempt() == 0)
                            .get(0),
                    TestTask.threw(true));
        }

        int before = cluster.launched.size();
        cluster.finishAll();

        assertThat(cluster.launched.subList(before, cluster.launched.size()))
                .isNotEmpty()
                .noneMatch(task -> task.executor().equals(three));
    }

    @Test
    void excludesAnExecutorFromAllStagesForAWhileWhenTheStageSucceededElsewhere() {
        ExecutorId bad = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        cluster.submit(lineages.source(4));
        cluster.end(taskOn(bad), TestTask.threw(true));
        cluster.end(
                cluster.running(task -> task.executor().equals(bad) && task.attempt() == 0)
                        .get(0),
                TestTask.threw(true));
        while (!cluster.running.isEmpty()) {
            cluster.succeed(cluster.running.get(0));
        }
        assertThat(cluster.excluded).containsExactly(bad);

        cluster.submit(lineages.source(4));
        assertThat(cluster.running).noneMatch(task -> task.executor().equals(bad));
        cluster.advance(Duration.ofHours(1));
        assertThat(cluster.running).anyMatch(task -> task.executor().equals(bad));
    }

    @Test
    void blamesTheFunctionAndNoExecutorWhenTheStageFails() {
        ExecutorId one = cluster.addExecutor("1", 1);
        ExecutorId two = cluster.addExecutor("2", 1);
        TestJob failing = cluster.submit(lineages.source(2));
        cluster.end(taskOn(one), TestTask.threw(false));
        assertThat(failing.failure).isNotNull();
        cluster.finishAll();

        cluster.submit(lineages.source(2));

        assertThat(cluster.excluded).isEmpty();
        assertThat(cluster.running).extracting(TestTask::executor).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void excludesAnExecutorThatComesToAnExcludedHost() {
        for (String name : new String[] {"1", "2"}) {
            cluster.addExecutor(name, 0, "host", 2);
        }
        ExecutorId good = cluster.addExecutor("3", 4);
        cluster.submit(lineages.source(8));
        for (TestTask task : cluster.running(task -> !task.executor().equals(good))) {
            cluster.end(task, TestTask.threw(true));
        }
        while (!cluster.running.isEmpty()) {
            cluster.succeed(cluster.running.get(0));
        }

        ExecutorId late = cluster.addExecutor("4", 0, "host", 2);
        cluster.submit(lineages.source(8));

        assertThat(cluster.running)
                .isNotEmpty()
                .noneMatch(task -> task.executor().equals(late));
    }

    @Test
    void countsNoFailuresThatNobodyIsToBlameFor() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.submit(lineages.source(1));

        cluster.end(cluster.running(0, 0), new TaskOutcome.Killed("preempted"));
        cluster.end(cluster.running(0, 0), new TaskOutcome.CommitDenied("another attempt publishes"));

        assertThat(cluster.running(0, 0).executor()).isEqualTo(one);
    }

    @Test
    void failsTheJobAlsoWhenTheLastTryOfATaskThatMayRunNowhereIsStoppedWithoutFault() {
        SpeculationSettings copying =
                new SpeculationSettings(true, Duration.ofMillis(100), 0.5, 3, Duration.ofMillis(100), Duration.ZERO);
        ExclusionSettings byHost =
                new ExclusionSettings(true, 1, 1, 9, 9, 9, 9, Duration.ofHours(1), Duration.ofSeconds(120));
        TestCluster both = new TestCluster(TestCluster.SETTINGS.with(
                SchedulerPolicies.DEFAULTS.with(byHost).with(copying)));
        both.addExecutor("1", 0, "host", 1);
        both.addExecutor("2", 0, "host", 1);
        TestJob job = both.submit(both.lineages.source(2));
        both.succeed(both.running(0, 1));
        TestTask slow = both.running(0, 0);
        both.advance(Duration.ofMillis(3_300));
        TestTask copy = both.running.stream()
                .filter(task -> !task.equals(slow))
                .findFirst()
                .orElseThrow();

        both.end(slow, TestTask.threw(true));
        both.end(copy, new TaskOutcome.Killed("preempted"));
        both.advance(Duration.ofSeconds(120));
        assertThat(job.failure).contains("partition 0", "can run nowhere");
        both.assertNothingLeft();
    }

    @Test
    void failsTheJobWhenATaskMayRunNowhereForTooLongAndSaysWhy() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        cluster.end(cluster.running(0, 0), TestTask.threw(true));

        cluster.advance(Duration.ofSeconds(119));
        assertThat(job.isOver()).isFalse();
        cluster.advance(Duration.ofSeconds(1));

        assertThat(job.failure)
                .isEqualTo("Job 0 failed: partition 0 of stage 0 (range at WordCount.main(WordCount.java:21)) can run"
                        + " nowhere: the only executor is excluded after failures, and no other came within 2m"
                        + " (quiver.excludeOnFailure.unschedulableTimeout). Look into their logs for the failures, or"
                        + " add executors");
    }

    @Test
    void goesOnWhenAnExecutorComesInTime() {
        cluster.addExecutor("1", 1);
        TestJob job = cluster.submit(lineages.source(1));
        cluster.end(cluster.running(0, 0), TestTask.threw(true));
        cluster.advance(Duration.ofSeconds(60));

        cluster.addExecutor("2", 1);
        cluster.advance(Duration.ofSeconds(60));

        assertThat(job.isOver()).isFalse();
        assertThat(cluster.time.pendingTimers()).isZero();
        cluster.succeed(cluster.running(0, 0));
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void waitsForTheOtherExecutorWhileThatIsOnlyBusy() {
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        TestJob job = cluster.submit(lineages.source(2));
        cluster.end(taskOn(one), TestTask.threw(true));

        cluster.advance(Duration.ofMinutes(10));

        assertThat(job.isOver()).isFalse();
    }
}
