package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Session;
import dev.quiver.StageWait;
import dev.quiver.TaskContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tasks that stand still, in real processes: they are copied, and whoever asks is told why others wait. */
class SlowTasksTest extends FaultTest {
    @Test
    void endsAStageWhoseTaskNeverEndsByACopyAndGetsItsSlotBack() throws Exception {
        try (Session session = session("local-cluster[2,1,256]")
                .config("quiver.speculation", "true")
                .config("quiver.speculation.quantile", "0.5")
                .create()) {
            Gate standing = gate("standing");
            Gate copying = gate("copying");
            CompletableFuture<Long> counted = start(() -> session.range(0, 6, 1, 6)
                    .filter(row -> {
                        if (row == 5 && TaskContext.current().attempt().attempt() == 0) {
                            standing.arrive();
                            new CountDownLatch(1).await();
                        } else if (row == 5) {
                            copying.arrive();
                        }
                        return true;
                    })
                    .count());

            assertThat(result(counted)).isEqualTo(6);
            assertThat(standing.arrivals()).hasSize(1);
            assertThat(copying.arrivals()).hasSize(1);
            assertThat(copying.processes()).isNotEqualTo(standing.processes());

            Gate both = gate("both");
            CompletableFuture<Long> next = start(() -> session.range(0, 2, 1, 2)
                    .filter(row -> {
                        both.pass();
                        return true;
                    })
                    .count());
            assertThat(both.awaitProcesses(2)).containsAll(standing.processes());
            both.open();
            assertThat(result(next)).isEqualTo(2);
        }
    }

    @Test
    void saysWhyTasksWaitAndForHowLong() throws Exception {
        try (Session session = session("local[1]").create()) {
            Gate gate = gate("gate");
            assertThat(session.waits()).isEmpty();
            CompletableFuture<Long> counted = start(() -> session.range(0, 3, 1, 3)
                    .filter(row -> {
                        gate.pass();
                        return true;
                    })
                    .count());
            gate.awaitProcesses(1);

            List<StageWait> waits = session.waits();
            assertThat(waits).hasSize(1);
            assertThat(waits.get(0).reason()).isEqualTo(StageWait.Reason.SLOTS);
            assertThat(waits.get(0)).hasToString("stage 0 of job 0: 2 tasks wait for a slot: all 1 are busy");
            gate.open();
            assertThat(result(counted)).isEqualTo(3);
            assertThat(session.waits()).isEmpty();
        }
    }

    @Test
    void failsAJobWhoseResultsAreTooLargeForTheDriver() throws Exception {
        try (Session session =
                session("local[2]").config("quiver.driver.maxResultSize", "1k").create()) {
            CompletableFuture<List<String>> collected = start(() ->
                    session.range(0, 100, 1, 100).map(row -> "x".repeat(100)).collect());
            assertThat(failure(collected))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("are too large for the driver")
                    .hasMessageContaining("quiver.driver.maxResultSize is 1");
        }
    }
}
