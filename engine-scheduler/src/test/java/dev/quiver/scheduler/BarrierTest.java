package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StageWait;
import dev.quiver.id.ExecutorId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.barrier.BarrierSettings;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stages whose tasks run at the same time, all or none. */
class BarrierTest {
    private static final BarrierSettings BARRIER = new BarrierSettings(Duration.ofSeconds(60), Duration.ofSeconds(10));

    private TestCluster cluster = new TestCluster(TestCluster.SETTINGS.with(SchedulerPolicies.DEFAULTS.with(BARRIER)));
    private Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    private List<BarrierAnswer> reach(TestTask task, int round, String call, String message) {
        List<BarrierAnswer> answers = new ArrayList<>();
        cluster.post(new SchedulerEvent.BarrierReached(task.executor(), task.id(), round, call, message, answers::add));
        return answers;
    }

    /** The tasks of the attempt that was taken back stop, and the delay passes. */
    private void nextAttempt() {
        for (TestTask task : List.copyOf(cluster.cancelled)) {
            cluster.end(task, new TaskOutcome.Killed("cancelled"));
        }
        cluster.advance(cluster.settings.resubmitDelay());
    }

    @Test
    void waitsForAllSlotsAndBeginsNothingElseMeanwhile() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 1);
        TestJob first = cluster.submit(lineages.source(2));
        TestJob together = cluster.submit(lineages.together(lineages.source(3)));
        TestJob behind = cluster.submit(lineages.source(1));
        List<TestTask> busy = cluster.runningOf(0);
        assertThat(busy).hasSize(2);
        assertThat(cluster.running).as("a free slot is kept").hasSize(2);
        assertThat(cluster.scheduler.waits())
                .anyMatch(wait -> wait.reason() == StageWait.Reason.TOGETHER && wait.tasks() == 3);

        cluster.succeed(busy.get(0));
        assertThat(cluster.running).hasSize(1);
        cluster.succeed(busy.get(1));
        assertThat(cluster.runningOf(1)).hasSize(3);
        assertThat(cluster.runningOf(2)).isEmpty();
        cluster.finishAll();
        assertThat(first.succeeded && together.succeeded && behind.succeeded).isTrue();
    }

    @Test
    void failsTheJobThatNeedsMoreSlotsThanThereAreAndHoldsUpNobody() {
        cluster.addExecutor("1", 2);
        TestJob together = cluster.submit(lineages.together(lineages.source(3)));
        TestJob other = cluster.submit(lineages.source(2));
        assertThat(cluster.runningOf(1)).hasSize(2);
        cluster.advance(BARRIER.slotsTimeout().minusMillis(1));
        assertThat(together.isOver()).isFalse();
        cluster.advance(Duration.ofMillis(1));
        assertThat(together.failure)
                .contains("needs 3 slots at once")
                .contains("the executors have 2")
                .contains("quiver.barrier.slots.timeout");
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
    }

    @Test
    void beginsWhenAnotherExecutorComesInTime() {
        cluster.addExecutor("1", 2);
        TestJob together = cluster.submit(lineages.together(lineages.source(3)));
        cluster.advance(Duration.ofSeconds(5));
        cluster.addExecutor("2", 1);
        assertThat(cluster.runningOf(0)).hasSize(3);
        cluster.advance(Duration.ofSeconds(20));
        cluster.finishAll();
        assertThat(together.succeeded).isTrue();
    }

    @Test
    void waitsForExecutorsThatMayBeAdded() {
        AllocationSettings grows = new AllocationSettings(
                true,
                1,
                4,
                1,
                1.0,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ZERO);
        cluster = new TestCluster(TestCluster.SETTINGS.with(
                SchedulerPolicies.DEFAULTS.with(BARRIER).with(grows)));
        lineages = cluster.lineages;
        cluster.addExecutor("1", 1);
        TestJob together = cluster.submit(lineages.together(lineages.source(3)));
        for (int second = 0; second < 30; second++) {
            cluster.advance(Duration.ofSeconds(1));
        }
        assertThat(together.isOver()).isFalse();
        assertThat(cluster.requested).contains(3);
        cluster.addExecutor("2", 1);
        cluster.addExecutor("3", 1);
        assertThat(cluster.runningOf(0)).hasSize(3);
        for (TestTask task : cluster.runningOf(0)) {
            cluster.succeed(task);
        }
        assertThat(together.succeeded).isTrue();
        for (ExecutorId executor : List.copyOf(cluster.alive.keySet())) {
            cluster.lose(executor, false);
        }
    }

    @Test
    void oneFailureRunsAllTasksAgainAndDropsWhatTheOthersWrote() {
        cluster.addExecutor("1", 4);
        ShuffleDependency shuffle = lineages.shuffle(lineages.together(lineages.source(3)), 2);
        TestJob job = cluster.submit(lineages.read(shuffle));
        TestTask late = cluster.running(0, 2);
        cluster.succeed(cluster.running(0, 0));
        assertThat(cluster.outputs.missing(shuffle.id()).cardinality()).isEqualTo(2);
        cluster.end(cluster.running(0, 1), TestTask.threw(true));
        assertThat(cluster.outputs.missing(shuffle.id()).cardinality()).isEqualTo(3);
        assertThat(cluster.cancelled).contains(late);
        // It was too late to stop this one: its output belongs to an attempt that does not count.
        cluster.end(late, late.success(java.util.Map.of()));
        assertThat(cluster.outputs.missing(shuffle.id()).cardinality()).isEqualTo(3);

        cluster.advance(cluster.settings.resubmitDelay());
        assertThat(cluster.runningOf(0))
                .hasSize(3)
                .allMatch(task -> task.stage().epoch() == 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(6);
    }

    @Test
    void twoFailuresOfOneAttemptCostOneAttempt() {
        cluster.addExecutor("1", 3);
        TestJob job = cluster.submit(lineages.together(lineages.source(3)));
        TestTask other = cluster.running(0, 1);
        cluster.end(cluster.running(0, 0), TestTask.threw(true));
        cluster.end(other, TestTask.threw(true));
        nextAttempt();
        cluster.end(cluster.running(0, 1), TestTask.threw(true));
        nextAttempt();
        cluster.end(cluster.running(0, 1), TestTask.threw(true));
        nextAttempt();
        assertThat(job.isOver()).as("task 1 was charged twice, task 0 once").isFalse();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
        assertThat(cluster.launches(0)).isEqualTo(12);
    }

    @Test
    void failsTheJobAfterTheLastTryOfATask() {
        cluster.addExecutor("1", 3);
        TestJob job = cluster.submit(lineages.together(lineages.source(3)));
        for (int round = 0; round < cluster.settings.taskMaxFailures(); round++) {
            cluster.end(cluster.running(0, 1), TestTask.threw(true));
            nextAttempt();
        }
        assertThat(job.failure).contains("partition 1").contains("failed 4 times");
    }

    @Test
    void aResultStageThatDeliveredCannotRunAgain() {
        cluster.addExecutor("1", 3);
        TestJob job = cluster.submit(lineages.together(lineages.source(3)));
        cluster.succeed(cluster.running(0, 0));
        cluster.end(cluster.running(0, 1), new TaskOutcome.Killed("preempted"));
        assertThat(job.failure).contains("has delivered 1 of 3 partitions and cannot run again");
    }

    @Test
    void aLostExecutorRunsAllTasksAgainUncharged() {
        ExecutorId first = cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 2);
        TestJob job = cluster.submit(lineages.together(lineages.source(4)));
        for (int round = 1; round < 7; round++) {
            cluster.lose(first, false);
            first = cluster.addExecutor("1", round, 2);
            nextAttempt();
            assertThat(cluster.runningOf(0)).hasSize(4);
        }
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void anOutputThatIsLostWhileOthersRunRunsAllTasksAgain() {
        ExecutorId first = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 2);
        ShuffleDependency shuffle = lineages.shuffle(lineages.together(lineages.source(3)), 1);
        TestJob job = cluster.submit(lineages.read(shuffle));
        TestTask done = cluster.running(task -> task.executor().equals(first)).get(0);
        cluster.succeed(done);
        cluster.lose(first, false);
        assertThat(cluster.cancelled)
                .as("the two that run, which have not failed")
                .hasSize(2);
        assertThat(cluster.outputs.missing(shuffle.id()).cardinality()).isEqualTo(3);

        cluster.addExecutor("1", 1, 1);
        nextAttempt();
        assertThat(cluster.runningOf(0))
                .hasSize(3)
                .allMatch(task -> task.stage().epoch() == 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void anOutputThatIsLostAfterwardsRunsAllTasksAgain() {
        cluster.addExecutor("1", 3);
        ShuffleDependency shuffle = lineages.shuffle(lineages.together(lineages.source(3)), 1);
        TestJob job = cluster.submit(lineages.read(shuffle));
        cluster.succeedStage(0);
        cluster.loseOutput(cluster.running(1, 0), shuffle.id(), 1);
        assertThat(cluster.runningOf(0)).hasSize(3);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void refusesWhatCannotRunTogether() {
        cluster.addExecutor("1", 4);
        Lineage together = lineages.together(lineages.source(3));
        assertThat(cluster.submit(together, new int[] {0}, new TestJob(0)).failure)
                .contains("cannot compute 1 of its 3 partitions");
        assertThat(cluster.submit(lineages.union(together, lineages.source(1))).failure)
                .contains("one a partition of dataset");
        // Behind a shuffle anything goes.
        TestJob behind = cluster.submit(
                lineages.shuffled(lineages.together(lineages.source(3)), 4), new int[] {2}, new TestJob(2));
        cluster.finishAll();
        assertThat(behind.succeeded).isTrue();
    }

    @Test
    void tellsAllWhatEachBroughtAlongWhenTheLastHasCome() {
        cluster.addExecutor("1", 2);
        cluster.addExecutor("2", 1);
        cluster.submit(lineages.together(lineages.source(3)));
        List<TestTask> tasks = List.of(cluster.running(0, 0), cluster.running(0, 1), cluster.running(0, 2));
        for (int round = 0; round < 3; round++) {
            List<List<BarrierAnswer>> answers = new ArrayList<>();
            for (TestTask task : tasks) {
                assertThat(answers).allMatch(List::isEmpty);
                answers.add(reach(task, round, "allGather()", "m" + task.partition() + round));
            }
            for (List<BarrierAnswer> answer : answers) {
                assertThat(answer).hasSize(1);
                assertThat(answer.get(0).problem()).isEmpty();
                assertThat(answer.get(0).messages()).containsExactly("m0" + round, "m1" + round, "m2" + round);
                assertThat(answer.get(0).hosts())
                        .containsOnly("host-1", "host-2")
                        .hasSize(3);
            }
            // Whoever did not get the answer asks again and gets the same.
            assertThat(reach(tasks.get(1), round, "allGather()", "").get(0).messages())
                    .containsExactly("m0" + round, "m1" + round, "m2" + round);
        }
        assertThat(reach(tasks.get(0), -1, "hosts()", "").get(0).hosts()).hasSize(3);
    }

    @Test
    void anOldQuestionThatComesAgainDisturbsNobody() {
        cluster.addExecutor("1", 2);
        cluster.submit(lineages.together(lineages.source(2)));
        TestTask first = cluster.running(0, 0);
        TestTask second = cluster.running(0, 1);
        for (int round = 0; round < 2; round++) {
            reach(first, round, "barrier()", "");
            reach(second, round, "barrier()", "");
        }
        List<BarrierAnswer> waiting = reach(first, 2, "barrier()", "");
        assertThat(reach(second, 0, "barrier()", "").get(0).problem()).contains("are past this call");
        assertThat(waiting).isEmpty();
        reach(second, 2, "barrier()", "");
        assertThat(waiting.get(0).problem()).isEmpty();
    }

    @Test
    void namesWhoIsMissingWhenTheTimeIsOver() {
        cluster.addExecutor("1", 3);
        cluster.submit(lineages.together(lineages.source(3)));
        List<BarrierAnswer> answer = reach(cluster.running(0, 1), 0, "barrier()", "");
        cluster.advance(BARRIER.timeout());
        assertThat(answer.get(0).problem())
                .contains("tasks 0, 2 of the stage did not call barrier() within 1m")
                .contains("quiver.barrier.timeout");
    }

    @Test
    void sendsAwayWhoWaitsForATaskThatEnded() {
        cluster.addExecutor("1", 3);
        ShuffleDependency shuffle = lineages.shuffle(lineages.together(lineages.source(3)), 1);
        cluster.submit(lineages.read(shuffle));
        List<BarrierAnswer> first = reach(cluster.running(0, 1), 0, "barrier()", "");
        cluster.succeed(cluster.running(0, 0));
        assertThat(first.get(0).problem()).contains("task 0 of the stage ended without calling barrier()");
        List<BarrierAnswer> late = reach(cluster.running(0, 2), 0, "barrier()", "");
        assertThat(late.get(0).problem()).contains("task 0 of the stage ended");
    }

    @Test
    void sendsAwayWhoWaitsInAnAttemptThatIsOver() {
        cluster.addExecutor("1", 3);
        cluster.submit(lineages.together(lineages.source(3)));
        TestTask waiting = cluster.running(0, 1);
        List<BarrierAnswer> answer = reach(waiting, 0, "barrier()", "");
        cluster.end(cluster.running(0, 0), TestTask.threw(true));
        assertThat(answer.get(0).problem()).contains("the attempt of this stage is over");
        assertThat(reach(waiting, 0, "barrier()", "").get(0).problem()).contains("is over");
    }

    @Test
    void refusesTasksThatMakeDifferentCalls() {
        cluster.addExecutor("1", 2);
        cluster.submit(lineages.together(lineages.source(2)));
        List<BarrierAnswer> first = reach(cluster.running(0, 0), 0, "barrier()", "");
        List<BarrierAnswer> second = reach(cluster.running(0, 1), 0, "allGather()", "x");
        for (BarrierAnswer answer : List.of(first.get(0), second.get(0))) {
            assertThat(answer.problem())
                    .contains("same calls in the same order")
                    .contains("task 1 made call 1");
        }
    }
}
