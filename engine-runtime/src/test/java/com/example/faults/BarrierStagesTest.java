package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks that run at the same time and wait for one another. */
class BarrierStagesTest extends FaultTest {
    private static final String TWO_BY_TWO = "local-cluster[2,2,256]";

    /** Each task gives its partition, all sums of all partitions, and how many hosts there are. */
    private static Dataset<String> gathered(Session session, int partitions) {
        return session.range(0, 100L * partitions, 1, partitions).barrier().mapPartitions((context, rows) -> {
            long sum = 0;
            while (rows.hasNext()) {
                sum += rows.next();
            }
            context.barrier();
            List<String> sums = context.allGather(context.partition() + "=" + sum);
            return List.of(sums + " " + context.hosts().size()).iterator();
        });
    }

    private static String sums(int partitions) {
        return IntStream.range(0, partitions)
                        .mapToObj(partition -> partition + "=" + (4950 + 10_000L * partition))
                        .collect(Collectors.toList())
                + " " + partitions;
    }

    @Test
    void everyTaskHearsWhatEachBroughtAlong() {
        for (String master : List.of("local[3]", TWO_BY_TWO)) {
            try (Session session = session(master).create()) {
                List<String> told = gathered(session, 3).collect();
                assertThat(told).as(master).hasSize(3).containsOnly(sums(3));
                assertThat(gathered(session, 3).repartition(2).count()).isEqualTo(3);
            }
        }
    }

    @Test
    void whenOneTaskFailsAllRunAgainAndWhatTheyWroteBeforeIsNotRead() throws Exception {
        try (Session session = session(TWO_BY_TWO).create()) {
            Gate working = openGate("working");
            List<Long> epochs = session.range(0, 4, 1, 4)
                    .barrier()
                    .<Long>mapPartitions((context, rows) -> {
                        working.arrive();
                        context.barrier();
                        if (context.partition() == 2
                                && context.attempt().stage().epoch() < 2) {
                            throw new IllegalStateException("not yet");
                        }
                        return List.of((long) context.attempt().stage().epoch()).iterator();
                    })
                    .repartition(2)
                    .collect();
            assertThat(epochs).containsExactly(2L, 2L, 2L, 2L);
            assertThat(working.arrivals()).hasSize(12);
        }
    }

    @Test
    void whenAnExecutorIsKilledWhileTasksWaitForOneAnotherAllRunAgain() throws Exception {
        try (Session session = session(TWO_BY_TWO).create()) {
            Gate late = gate("late");
            CompletableFuture<List<String>> told = start(() -> session.range(0, 400, 1, 4)
                    .barrier()
                    .<String>mapPartitions((context, rows) -> {
                        late.arrive();
                        if (context.partition() == 0
                                && context.attempt().stage().epoch() == 0) {
                            late.passUnlessStopped();
                        }
                        return context.allGather("m" + context.partition()).iterator();
                    })
                    .collect());
            Eventually.until("all four have begun", () -> late.arrivals().size() >= 5);
            Set<Long> both = late.processes();
            assertThat(both).hasSize(2);
            Processes.kill(both.iterator().next());
            List<String> expected = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                expected.addAll(List.of("m0", "m1", "m2", "m3"));
            }
            assertThat(result(told)).isEqualTo(expected);
        }
    }

    @Test
    void saysHowManySlotsAreMissing() {
        try (Session session = session("local[2]")
                .config("quiver.barrier.slots.timeout", "200ms")
                .create()) {
            assertThatThrownBy(() -> gathered(session, 3).collect())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("needs 3 slots at once")
                    .hasMessageContaining("the executors have 2");
            assertThatThrownBy(() -> gathered(session, 2).take(1))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("use collect instead of take");
            assertThat(gathered(session, 2).collect()).containsOnly(sums(2));
        }
    }

    @Test
    void namesTheTaskThatDoesNotComeInTime() throws Exception {
        try (Session session = session("local[2]")
                .config("quiver.barrier.timeout", "300ms")
                .config("quiver.task.maxFailures", "1")
                .create()) {
            Gate never = gate("never");
            CompletableFuture<Long> counted = start(() -> session.range(0, 2, 1, 2)
                    .barrier()
                    .mapPartitions((context, rows) -> {
                        if (context.partition() == 1) {
                            never.passUnlessStopped();
                        }
                        context.barrier();
                        return rows;
                    })
                    .count());
            assertThat(failure(counted))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("task 1 of the stage did not call barrier() within 300ms")
                    .hasMessageContaining("quiver.barrier.timeout");
            never.open();
        }
    }
}
