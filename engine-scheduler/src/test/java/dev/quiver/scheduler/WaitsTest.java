package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StageWait;
import dev.quiver.StageWait.Reason;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.task.TaskOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Why a stage or its tasks wait, and when that changes. */
class WaitsTest {
    private static StageWait only(TestCluster cluster) {
        List<StageWait> waits = cluster.scheduler.waits();
        assertThat(waits).hasSize(1);
        return waits.get(0);
    }

    @Test
    void namesTheStagesThatAStageReads() {
        TestCluster cluster = new TestCluster();
        cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 2));

        assertThat(only(cluster))
                .isEqualTo(new StageWait(1, List.of(0), 0, Reason.PARENTS, "the output of stages 0", Optional.empty()));
    }

    @Test
    void saysThatThereIsNoExecutor() {
        TestCluster cluster = new TestCluster();
        cluster.submit(cluster.lineages.source(3));
        assertThat(only(cluster)).hasToString("stage 0 of job 0: 3 tasks wait for an executor: there is none");

        ExecutorId leaving = cluster.addExecutor("1", 1);
        cluster.drain(leaving);
        assertThat(only(cluster).detail()).isEqualTo("an executor: all are about to leave");
    }

    @Test
    void countsBusySlots() {
        TestCluster cluster = new TestCluster();
        cluster.addExecutor("1", 2);
        cluster.submit(cluster.lineages.source(5));
        assertThat(only(cluster)).hasToString("stage 0 of job 0: 3 tasks wait for a slot: all 2 are busy");
    }

    @Test
    void saysThatATaskWaitsForAnExecutorOfItsOwn() {
        TestCluster cluster = new TestCluster();
        cluster.addExecutor("1", 2);
        cluster.submit(cluster.lineages.source(2));
        cluster.end(cluster.running(0, 0), new TaskOutcome.OutOfMemory("out of memory"));

        assertThat(only(cluster).reason()).isEqualTo(Reason.OWN_EXECUTOR);
        assertThat(only(cluster).tasks()).isEqualTo(1);
    }

    @Test
    void saysForWhichTasksThatBeginTogetherOthersWait() {
        TestCluster cluster = new TestCluster();
        cluster.addExecutor("1", 2);
        cluster.submit(cluster.lineages.source(1));
        cluster.submit(cluster.lineages.together(cluster.lineages.source(2)));
        cluster.submit(cluster.lineages.source(1));

        StageWait behind = cluster.scheduler.waits().get(1);
        assertThat(behind.reason()).isEqualTo(Reason.TOGETHER);
        assertThat(behind)
                .hasToString(
                        "stage 2 of job 2: 1 task waits for the 2 tasks of stage 1, which begin together: nothing else"
                                + " begins before");
        cluster.succeed(cluster.running(0, 0));
        assertThat(only(cluster).reason()).isEqualTo(Reason.SLOTS);
    }

    @Test
    void comparesPools() {
        TestCluster cluster = new TestCluster(TestCluster.with(new PoolSettings(true, Map.of())));
        cluster.addExecutor("1", 2);
        cluster.submit(cluster.lineages.source(2), "a");
        cluster.submit(cluster.lineages.source(5), "b");

        assertThat(only(cluster).reason()).isEqualTo(Reason.POOL_SHARE);
        assertThat(only(cluster).detail()).isEqualTo("a slot: all 2 are busy; tasks by pool: a 2, b 0; this is pool b");
    }

    @Test
    void saysHowLongTasksHoldOutForTheirData() {
        TestCluster cluster = new TestCluster();
        ExecutorId near = cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        cluster.outputs.preferred.put(0, List.of(near));
        cluster.outputs.preferred.put(1, List.of(near));
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        cluster.advance(Duration.ofSeconds(1));

        StageWait wait = only(cluster);
        assertThat(wait.reason()).isEqualTo(Reason.LOCALITY);
        assertThat(wait.tasks()).isEqualTo(1);
        assertThat(wait.changesIn()).contains(Duration.ofSeconds(2));
        cluster.advance(wait.changesIn().orElseThrow());
        assertThat(cluster.scheduler.waits()).isEmpty();
    }

    @Test
    void saysWhenAStageIsSubmittedAgain() {
        TestCluster cluster = new TestCluster();
        ExecutorId one = cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 1));
        cluster.succeed(cluster.running(0, 0));
        TestTask reduce = cluster.running(1, 0);
        cluster.fetchFails(reduce, reduce.reads().get(0), 0, one);
        cluster.advance(Duration.ofMillis(50));

        StageWait wait = only(cluster);
        assertThat(wait.reason()).isEqualTo(Reason.RESUBMISSION);
        assertThat(wait.changesIn()).contains(Duration.ofMillis(150));
    }

    @Test
    void saysWhenATaskThatMayRunNowhereFailsItsJob() {
        ExclusionSettings exclusion =
                new ExclusionSettings(true, 1, 2, 2, 2, 2, 2, Duration.ofHours(1), Duration.ofSeconds(120));
        TestCluster cluster = new TestCluster(TestCluster.with(exclusion));
        cluster.addExecutor("1", 1);
        cluster.submit(cluster.lineages.source(1));
        cluster.end(cluster.running(0, 0), TestTask.threw(true));
        cluster.advance(Duration.ofSeconds(20));

        StageWait wait = only(cluster);
        assertThat(wait.reason()).isEqualTo(Reason.EXCLUSION);
        assertThat(wait.changesIn()).contains(Duration.ofSeconds(100));
    }

    @Test
    void saysThatATaskMayNotRunWhereASlotIsFree() {
        ExclusionSettings exclusion =
                new ExclusionSettings(true, 1, 2, 2, 2, 2, 2, Duration.ofHours(1), Duration.ofSeconds(120));
        TestCluster cluster = new TestCluster(new SchedulerSettings(4, 4, Duration.ZERO, Duration.ofMillis(200), 64)
                .with(SchedulerPolicies.DEFAULTS.with(exclusion)));
        cluster.addExecutor("1", 1);
        cluster.addExecutor("2", 1);
        cluster.submit(cluster.lineages.source(2));
        cluster.end(cluster.running.get(0), TestTask.threw(true));

        assertThat(only(cluster)).hasToString("stage 0 of job 0: 1 task waits for an executor on which they may run");
    }

    @Test
    void namesPartitionsThatAnOlderAttemptMayBePublishing() {
        TestCluster cluster = new TestCluster();
        ExecutorId one = cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.shuffled(cluster.lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        TestTask publishing = cluster.running(1, 1);
        assertThat(cluster.asksToCommit(publishing)).isTrue();
        TestTask reduce = cluster.running(1, 0);
        cluster.fetchFails(reduce, reduce.reads().get(0), 0, one);
        cluster.advance(cluster.settings.resubmitDelay());
        cluster.succeed(cluster.running(0, 0));

        StageWait wait = only(cluster);
        assertThat(wait.reason()).isEqualTo(Reason.PUBLISHING);
        assertThat(wait.tasks()).isEqualTo(1);
    }

    @Test
    void isEmptyWhenNothingWaits() {
        TestCluster cluster = new TestCluster();
        assertThat(cluster.scheduler.waits()).isEmpty();
        cluster.addExecutor("1", 4);
        cluster.submit(cluster.lineages.source(4));
        assertThat(cluster.scheduler.waits()).isEmpty();
        cluster.finishAll();
        assertThat(cluster.scheduler.waits()).isEmpty();
    }
}
