package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.JobFailedException;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** R17: a task that takes its process along, every time. */
class PoisonTaskTest extends FaultTest {
    private static final int MAX_FAILURES = 3;
    private static final int POISON = 4;

    @Test
    void losesNoMoreExecutorsThanATaskMayFailAndFailsItsOwnJobAlone() throws Exception {
        try (Session session = session("local-cluster[3,1,128]")
                .config("quiver.task.maxFailures", String.valueOf(MAX_FAILURES))
                .create()) {
            Gate poisoned = openGate("poisoned");
            Gate others = openGate("others");
            CompletableFuture<Long> healthy = start(() -> {
                long sum = 0;
                while (poisoned.processes().size() < MAX_FAILURES) {
                    sum = session.range(0, 600, 1, 6)
                            .map(row -> row + 1)
                            .mapToPair(row -> Pair.of(row % 7, row))
                            .reduceByKey(Long::sum, 3)
                            .values()
                            .reduce(Long::sum);
                    assertThat(sum).isEqualTo(180_300);
                }
                return sum;
            });
            Throwable failure = failure(start(() -> session.range(0, 6, 1, 6)
                    .map(row -> {
                        if (row == POISON) {
                            poisoned.arrive();
                            Runtime.getRuntime().halt(77);
                        }
                        others.arrive();
                        return row;
                    })
                    .collect()));
            assertThat(failure)
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("partition " + POISON)
                    .hasMessageContaining("failed " + MAX_FAILURES + " times")
                    .hasMessageContaining("exit code 77");
            assertThat(poisoned.arrivals()).hasSize(MAX_FAILURES);
            assertThat(poisoned.processes()).as("executors it took along").hasSize(MAX_FAILURES);
            assertThat(result(healthy)).isEqualTo(180_300);
        }
    }
}
