package dev.quiver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.id.ExecutorId;
import dev.quiver.lineage.Lineage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executors that are about to leave. */
class DrainTest {
    private final TestCluster cluster = new TestCluster();
    private final Lineages lineages = cluster.lineages;

    @AfterEach
    void nothingIsLeft() {
        cluster.finishAll();
        cluster.assertNothingLeft();
    }

    @Test
    void givesALeavingExecutorNothingNewAndReleasesItWhenItsTasksAreDone() {
        ExecutorId leaving = cluster.addExecutor("1", 2);
        ExecutorId staying = cluster.addExecutor("2", 1);
        cluster.submit(lineages.source(6));
        List<TestTask> last = cluster.running(task -> task.executor().equals(leaving));
        assertThat(last).hasSize(2);

        cluster.drain(leaving);
        cluster.succeed(last.get(0));
        assertThat(cluster.released).isEmpty();
        cluster.succeed(last.get(1));

        assertThat(cluster.released).containsExactly(leaving);
        assertThat(cluster.running).allMatch(task -> task.executor().equals(staying));
    }

    @Test
    void releasesAnIdleExecutorAtOnceAndOnlyOnce() {
        ExecutorId idle = cluster.addExecutor("1", 1);
        cluster.drain(idle);
        cluster.drain(idle);
        assertThat(cluster.released).containsExactly(idle);
    }

    @Test
    void doesNotHoldOutForALeavingExecutorThatHoldsTheData() {
        ExecutorId near = cluster.addExecutor("1", 1);
        ExecutorId other = cluster.addExecutor("2", 1);
        Lineage lineage = lineages.shuffled(lineages.source(1), 1);
        cluster.outputs.preferred.put(0, List.of(near));
        cluster.submit(lineage);
        cluster.drain(near);
        cluster.succeed(cluster.running(0, 0));

        assertThat(cluster.running(1, 0).executor()).isEqualTo(other);
    }

    @Test
    void letsTasksThatWaitedForALeavingExecutorGoElsewhere() {
        ExecutorId near = cluster.addExecutor("1", 1);
        ExecutorId other = cluster.addExecutor("2", 1);
        cluster.outputs.preferred.put(0, List.of(near));
        cluster.outputs.preferred.put(1, List.of(near));
        cluster.submit(lineages.shuffled(lineages.source(1), 2));
        cluster.succeed(cluster.running(0, 0));
        assertThat(cluster.running(1, 0).executor()).isEqualTo(near);
        assertThat(cluster.running).hasSize(1);

        cluster.drain(near);

        assertThat(cluster.running(1, 1).executor()).isEqualTo(other);
    }

    @Test
    void chargesNoTaskForTheLossOfALeavingExecutor() {
        TestJob job = null;
        for (int round = 0; round < 5; round++) {
            ExecutorId leaving = cluster.addExecutor("1", round, 1);
            job = job == null ? cluster.submit(lineages.source(1)) : job;
            assertThat(cluster.running(0, 0).executor()).isEqualTo(leaving);
            cluster.drain(leaving);
            cluster.lose(leaving, true);
        }
        assertThat(job.isOver()).isFalse();
        cluster.addExecutor("1", 5, 1);
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void countsNoStageAttemptForOutputsThatLeftWithTheirExecutor() {
        ExecutorId staying = cluster.addExecutor("stays", 1);
        Lineage lineage = lineages.shuffled(lineages.source(1), 1);
        cluster.outputs.preferred.put(0, List.of(staying));
        TestJob job = cluster.submit(lineage);
        for (int round = 0; round < 6; round++) {
            TestTask map = cluster.running(0, 0);
            cluster.succeed(map);
            ExecutorId gone = cluster.addExecutor("goes", round, 1);
            cluster.drain(gone);
            cluster.lose(gone, false);
            cluster.outputs.removeAll(map.writes());
            cluster.fetchFails(
                    cluster.running(1, 0), cluster.running(1, 0).reads().get(0), -1, gone);
            cluster.advance(cluster.settings.resubmitDelay());
        }
        assertThat(job.isOver()).isFalse();
        cluster.finishAll();
        assertThat(job.succeeded).isTrue();
    }

    @Test
    void takesTasksAgainUnderANewIncarnation() {
        ExecutorId leaving = cluster.addExecutor("1", 0, 1);
        cluster.drain(leaving);
        cluster.lose(leaving, false);
        cluster.submit(lineages.source(1));

        ExecutorId back = cluster.addExecutor("1", 1, 1);

        assertThat(cluster.running(0, 0).executor()).isEqualTo(back);
    }
}
