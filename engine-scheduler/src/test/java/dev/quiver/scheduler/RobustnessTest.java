package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.shape.Shape;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes wrong around the scheduler fails the job concerned, never the scheduler. */
class RobustnessTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    private void anotherJobStillRuns() {
        TestJob other = cluster.submit(lineages.source(2), new TestJob(99));
        cluster.finishAll();
        assertThat(other.succeeded).isTrue();
        cluster.assertNothingLeft();
    }

    @Test
    void failsTheJobWhoseListenerThrows() {
        cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.source(3), new TestJob(0) {
            @Override
            public void onResult(int index, TaskOutcome.Success result) {
                throw new IllegalStateException("no class of that name");
            }
        });
        cluster.succeed(cluster.running(0, 1));

        assertThat(job.failure).contains("Job 0 failed", "could not be taken by the driver", "no class of that name");
        anotherJobStillRuns();
    }

    @Test
    void survivesAListenerThatThrowsAtTheEnd() {
        cluster.addExecutor("1", 4);
        cluster.submit(lineages.source(1), new TestJob(0) {
            @Override
            public void onSucceeded() {
                throw new IllegalStateException("the user's code");
            }
        });
        cluster.finishAll();
        anotherJobStillRuns();
    }

    @Test
    void failsTheJobWhoseStageCannotBeStarted() {
        cluster.addExecutor("1", 4);
        Lineage source = lineages.source(1);
        PartitionMapping broken = new PartitionMapping.Grouped(0, 0);
        Lineage lineage = new Lineage(
                new DatasetId(500),
                new Op.Concatenate(),
                List.of(new Dependency.Narrow(source, broken)),
                1,
                null,
                Shape.UNKNOWN,
                source.callSite());
        TestJob job = cluster.submit(lineage);

        assertThat(job.failure).contains("could not be started");
        anotherJobStillRuns();
    }

    @Test
    void failsTheJobWhoseTaskReportsWhatItCannotHaveDone() {
        cluster.addExecutor("1", 4);
        TestJob job = cluster.submit(lineages.shuffled(lineages.source(2), 1));
        MapOutput foreign = new MapOutput(new ShuffleId(0), 7, 0, 0, 1, 0, new byte[0]);

        cluster.end(cluster.running(0, 0), new TaskOutcome.Wrote(foreign, Map.of()));

        assertThat(job.failure).contains("could not be handled");
        cluster.finishAll();
        anotherJobStillRuns();
    }

    @Test
    void failsTheJobThatReadsAShuffleItDoesNotKnow() {
        ExecutorId one = cluster.addExecutor("1", 4);
        cluster.outputs.register(new ShuffleId(77), 1, 1);
        TestJob job = cluster.submit(lineages.source(1));

        cluster.fetchFails(cluster.running(0, 0), new ShuffleId(77), 0, one);

        assertThat(job.failure).contains("read shuffle 77, which is none of its inputs");
        anotherJobStillRuns();
    }

    @Test
    void countsFailuresOfItsListenerAndGoesOn() {
        SchedulerListener broken = new SchedulerListener() {
            @Override
            public void onTasksEnded(StageAttempt stage, int succeeded, int failed, int running, TaskMetrics metrics) {
                throw new IllegalStateException("the progress bar");
            }
        };
        Scheduler scheduler = new Scheduler(
                cluster.settings, cluster.time, cluster.time, cluster, cluster.outputs, cluster, cluster, broken);
        TestJob job = new TestJob(0);
        runOneTask(scheduler, job);

        assertThat(job.succeeded).isTrue();
        assertThat(scheduler.status().listenerFailures()).isEqualTo(1);
    }

    private void runOneTask(Scheduler scheduler, TestJob job) {
        ExecutorId one = new ExecutorId("1", 0);
        cluster.alive.put(one, 1);
        scheduler.handle(new SchedulerEvent.ExecutorAdded(one, "host", 1));
        Lineage lineage = lineages.source(1);
        scheduler.handle(new SchedulerEvent.JobSubmitted(
                new JobId(0), lineage, new int[] {0}, new Action.Count(), lineage.callSite(), job));
        TestTask task = cluster.running(0, 0);
        scheduler.handle(new SchedulerEvent.TasksEnded(
                one, task.stage(), List.of(new TaskEnd(0, 0, task.success(Map.of()), TaskMetrics.ZERO))));
    }

    @Test
    void failsTheJobThatCannotBeLaunchedAndFreesItsSlots() {
        TaskLauncher broken = new TaskLauncher() {
            @Override
            public void launch(
                    ExecutorId executor, StageAttempt stage, StagePlan plan, TaskLayout layout, List<TaskRange> tasks) {
                if (stage.stage().value() == 0) {
                    throw new IllegalStateException("a plan of 3 GiB");
                }
                cluster.launch(executor, stage, plan, layout, tasks);
            }

            @Override
            public void cancel(ExecutorId executor, StageAttempt stage, String reason) {
                cluster.cancel(executor, stage, reason);
            }

            @Override
            public void stageEnded(StageAttempt stage) {
                cluster.stageEnded(stage);
            }
        };
        Scheduler scheduler = new Scheduler(
                cluster.settings, cluster.time, cluster.time, broken, cluster.outputs, cluster, cluster, cluster);
        ExecutorId one = new ExecutorId("1", 0);
        cluster.alive.put(one, 2);
        scheduler.handle(new SchedulerEvent.ExecutorAdded(one, "host", 2));
        Lineage lineage = lineages.source(4);
        TestJob job = new TestJob(0);
        scheduler.handle(new SchedulerEvent.JobSubmitted(
                new JobId(0), lineage, new int[] {0, 1}, new Action.Count(), lineage.callSite(), job));

        assertThat(job.failure).contains("could not be launched", "a plan of 3 GiB");
        assertThat(scheduler.status().isIdle()).isTrue();
    }

    @Test
    void givesTheSlotsOfAFailedLaunchToOthersAtOnce() {
        TestJob broken = cluster.submit(lineages.source(3));
        TestJob waiting = cluster.submit(lineages.source(1));
        cluster.onLaunch = task -> {
            if (task.stage().stage().value() == 0) {
                cluster.running.remove(task);
                throw new IllegalStateException("a plan of 3 GiB");
            }
        };

        cluster.addExecutor("1", 1);

        assertThat(broken.failure).contains("could not be launched");
        assertThat(cluster.running).containsExactly(cluster.running(1, 0));
        cluster.finishAll();
        assertThat(waiting.succeeded).isTrue();
    }

    @Test
    void refusesASecondJobOfTheSameNumber() {
        TestJob first = cluster.submit(lineages.source(1), new TestJob(4));
        TestJob second = cluster.submit(lineages.source(1), new TestJob(4));
        cluster.addExecutor("1", 1);
        cluster.finishAll();

        assertThat(first.succeeded).isTrue();
        assertThat(second.failure).contains("running already");
    }
}
