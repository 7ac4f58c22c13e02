package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Keyed;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Executors that are told to leave, by a signal or by the application, with data that others need. */
class LeavingExecutorsTest extends FaultTest {
    private static final int TASKS = 6;
    private static final long ROWS = 60_000;
    private static final long SUM = ROWS * (ROWS - 1) / 2;
    private static final Words WORDS = Words.random(100_000, 2_000);

    private static Dataset<Long> cached(Session session, Gate computing, StorageLevel level) {
        return session.range(0, ROWS, 1, TASKS)
                .mapPartitions(rows -> {
                    computing.arrive();
                    return rows;
                })
                .persist(level);
    }

    private SessionBuilder three() {
        return session("local-cluster[3,1,256]").config("quiver.locality.wait", "0");
    }

    @Test
    void aSignalInTheMiddleOfAJobMakesNoTaskRunAgain() throws Exception {
        try (Session session = three().create()) {
            Gate computing = openGate("computing");
            Dataset<Long> cached = cached(session, computing, StorageLevel.MEMORY_ONLY);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            Gate mapping = openGate("mapping");
            Gate reducing = gate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, TASKS, mapping, reducing).collectAsMap());
            // Whoever registered late may have nothing in its cache.
            long leaving = computing.processes().iterator().next();
            assertThat(reducing.awaitProcesses(3)).contains(leaving);

            Processes.signal("TERM", leaving);
            reducing.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            Processes.awaitEnd(List.of(leaving));
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);

            assertThat(computing.arrivals()).as("computed for the cache").hasSize(TASKS);
            assertThat(mapping.arrivals()).as("map tasks").hasSize(TASKS);
            assertThat(reducing.arrivals()).as("reduce tasks").hasSize(TASKS);
        }
    }

    @Test
    void whatItHoldsIsReadFromOthersWhenItIsGone() throws Exception {
        try (Session session = three().create()) {
            Gate computing = openGate("computing");
            Gate mapping = openGate("mapping");
            Dataset<Long> cached = cached(session, computing, StorageLevel.MEMORY_AND_DISK);
            Keyed<String, Long> counts = WORDS.count(session, TASKS, mapping, openGate("reducing"));
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            Set<Long> all = Set.copyOf(Processes.executors());
            assertThat(session.executors()).hasSize(3);

            assertThat(session.decommission(session.executors().get(0))).isTrue();
            Eventually.until("one has ended", () -> !Processes.executors().containsAll(all));

            assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(computing.arrivals()).hasSize(TASKS);
            assertThat(mapping.arrivals()).hasSize(TASKS);
            assertThat(session.decommission("nobody")).isFalse();
        }
    }

    @Test
    void whenAllLeaveWhatTheyHeldIsComputedAgain() throws Exception {
        try (Session session = session("local-cluster[2,1,256]").create()) {
            Gate computing = openGate("computing");
            Gate mapping = openGate("mapping");
            Dataset<Long> cached = cached(session, computing, StorageLevel.MEMORY_ONLY);
            Keyed<String, Long> counts = WORDS.count(session, TASKS, mapping, openGate("reducing"));
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            List<Long> all = Processes.executors();
            for (long each : all) {
                Processes.signal("STOP", each);
            }
            for (long each : all) {
                Processes.signal("PWR", each);
            }
            for (long each : all) {
                Processes.signal("CONT", each);
            }
            Processes.awaitEnd(all);

            assertThat(counts.collectAsMap()).isEqualTo(WORDS.expected());
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
        }
    }

    @Test
    void nothingIsHandedOverThatSettingsForbid() throws Exception {
        try (Session session = session("local-cluster[2,1,256]")
                .config("quiver.decommission.shuffles", "false")
                .config("quiver.decommission.cached", "false")
                .create()) {
            Gate computing = openGate("computing");
            Dataset<Long> cached = cached(session, computing, StorageLevel.MEMORY_ONLY);
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            long leaving = computing.processes().iterator().next();
            long held = computing.arrivals().stream()
                    .filter(arrival -> arrival.process() == leaving)
                    .count();
            Processes.signal("PWR", leaving);
            Processes.awaitEnd(List.of(leaving));
            assertThat(cached.reduce(Long::sum)).isEqualTo(SUM);
            assertThat(computing.arrivals()).hasSize(TASKS + (int) held);
        }
    }

    @Test
    void aTaskThatOutlastsTheGraceRunsElsewhereAndIsNotCharged() throws Exception {
        try (Session session = session("local-cluster[2,1,256]")
                .config("quiver.decommission.gracePeriod", "300ms")
                .config("quiver.task.maxFailures", "1")
                .create()) {
            Gate working = gate("working");
            CompletableFuture<Long> counted = start(() -> session.range(0, 100, 1, 2)
                    .mapPartitions(rows -> {
                        working.pass();
                        return rows;
                    })
                    .count());
            Set<Long> before = working.awaitProcesses(2);
            long leaving = before.iterator().next();
            Processes.signal("TERM", leaving);
            Processes.awaitEnd(List.of(leaving));
            working.open();
            assertThat(result(counted)).isEqualTo(100L);
        }
    }
}
