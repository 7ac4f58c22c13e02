package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are late, repeated or lost, and connections that are cut or reset, between real processes over TLS. */
class BrokenConnectionsTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final int MAPS = 4;
    private static final Words WORDS = Words.random(300_000, 20_000);

    /** Executors send their map outputs, and try soon again when that fails. */
    private SessionBuilder sending(Faults faults) {
        return faults.in(session(TWO))
                .config("quiver.shuffle.readHostLocalDisk", "false")
                .config("quiver.shuffle.io.retryWait", "50ms");
    }

    /** A driver that gives up executors after two seconds. */
    private SessionBuilder impatient(Faults faults) {
        return faults.in(session(TWO))
                .config("quiver.network.timeout", "2s")
                .config("quiver.executor.heartbeatInterval", "200ms");
    }

    /** R24, R25: whichever way from the executor is cut, its silence is noticed; R26: so is its deafness. */
    @ParameterizedTest
    @ValueSource(strings = {"both", "in", "out"})
    @Tag("slow")
    void replacesAnExecutorThatIsCutOff(String side) throws Exception {
        Faults faults = faults("driver told:heartbeat@executor-0 2 cut " + side + " 0ms");
        try (Session session = impatient(faults).create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Map<String, Long>> counted = start(() ->
                    WORDS.count(session, MAPS, mapping, openGate("reducing")).collectAsMap());
            List<Long> before = Processes.executors();
            faults.awaitEffect("cut");
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            // Whatever the job needed of it, something was told to it behind the cut.
            Eventually.until("the one that was cut off is replaced", () -> {
                List<Long> now = Processes.executors();
                return now.size() == 2 && !before.containsAll(now);
            });
        }
        faults.requireAllEffective();
    }

    /** A cut that heals before anybody loses patience. */
    @ParameterizedTest
    @ValueSource(strings = {"both", "in", "out"})
    @Tag("slow")
    void runsNothingAgainBehindACutThatHeals(String side) throws Exception {
        Faults faults = faults("driver told:report@executor-0 1 cut " + side + " 1500ms");
        try (Session session = faults.in(session(TWO)).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = openGate("reducing");
            assertThat(result(start(
                            () -> WORDS.count(session, MAPS, mapping, reducing).collectAsMap())))
                    .isEqualTo(WORDS.expected());
            faults.awaitEffect("cut");
            assertThat(mapping.arrivals()).hasSize(MAPS);
            assertThat(reducing.arrivals()).hasSize(MAPS);
        }
        faults.requireAllEffective();
    }

    /** R27: no executor is given up because another cannot reach it, and nothing is computed again. */
    @Test
    void fetchesOverANewConnectionWhenTheOldOneIsCutBetweenExecutors() throws Exception {
        Faults faults = faults("executor-0~0 opened:fetch-shuffle@executor-1 1 cut both 0ms");
        try (Session session =
                sending(faults).config("quiver.shuffle.fetch.timeout", "1s").create()) {
            Gate mapping = gate("mapping");
            Gate reducing = openGate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, MAPS, mapping, reducing).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.processes()).isEqualTo(before);
            assertThat(mapping.arrivals()).as("map tasks").hasSize(MAPS);
        }
        faults.requireAllEffective();
    }

    /** R27, for good: the driver hears of both, and in the end gives tasks to one of them only. */
    @Test
    void finishesThoughTwoExecutorsNeverReachOneAnother() throws Exception {
        Faults faults = faults("executor-0 opened:fetch-shuffle@executor-1 every reset;"
                + " executor-1 opened:fetch-shuffle@executor-0 every reset");
        try (Session session =
                sending(faults).config("quiver.shuffle.io.maxRetries", "1").create()) {
            Gate mapping = gate("mapping");
            Gate reducing = openGate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, MAPS, mapping, reducing).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.processes()).as("nobody was given up").isEqualTo(before);
            assertThat(session.range(0, 16, 1, 16)
                            .map(row -> ProcessHandle.current().pid())
                            .collect())
                    .as("processes that get tasks from then on")
                    .containsOnly(session.range(0, 1, 1, 1)
                            .map(row -> ProcessHandle.current().pid())
                            .first());
        }
        assertThat(faults.effective("reset")).isNotEmpty();
    }

    /** R28. */
    @Test
    void fetchesAgainAfterAResetInTheMiddleOfABlock() throws Exception {
        Faults faults = faults("executor-0 chunk@executor-1 2 reset; executor-1 chunk@executor-0 3 reset-behind");
        try (Session session =
                sending(faults).config("quiver.shuffle.chunk.targetBytes", "4k").create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Map<String, Long>> counted = start(() ->
                    WORDS.count(session, MAPS, mapping, openGate("reducing")).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals()).as("map tasks").hasSize(MAPS);
            assertThat(mapping.processes()).isEqualTo(before);
        }
        faults.requireAllEffective();
    }

    /** R28, of cached partitions and of chunks of a broadcast value. */
    @Test
    void readsCachedPartitionsOfAnotherExecutorDespiteResets() throws Exception {
        Faults faults = faults("executors opened:fetch-block 1 reset; executors chunk@executors 2 reset");
        try (Session session = faults.in(session(TWO))
                .config("quiver.block.fetch.retryWait", "50ms")
                .config("quiver.locality.wait", "0s")
                .create()) {
            Gate meeting = gate("meeting");
            Dataset<String> cached = session.range(0, 40_000, 1, 4)
                    .map(row -> "row " + row)
                    .mapPartitions(rows -> {
                        meeting.arrive();
                        return rows;
                    })
                    .persist(StorageLevel.MEMORY_ONLY_2);
            for (int round = 0; round < 3; round++) {
                assertThat(cached.map(String::length).reduce(Integer::sum))
                        .isEqualTo(cached.collect().stream()
                                .mapToInt(String::length)
                                .sum());
            }
            faults.awaitEffect("opened:fetch-block");
            faults.awaitEffect("chunk@executors");
            assertThat(meeting.arrivals()).as("computed once").hasSize(4);
        }
        faults.requireAllEffective();
    }

    /** R31. */
    @Test
    @Tag("slow")
    void losesNobodyWhenEveryMessageIsLate() throws Exception {
        Faults faults = faults("driver told:report every late 200ms; driver told:heartbeat every late 200ms;"
                + "driver asked:locate-shuffle every late 200ms; executors answered:locate-shuffle every late 200ms;"
                + "executors told:launch-tasks every late 200ms; executors told:install-program every late 200ms;"
                + "executors opened:fetch-shuffle every late 200ms; executors chunk@executors every late 200ms");
        long start = System.nanoTime();
        try (Session session =
                sending(faults).config("quiver.network.timeout", "5s").create()) {
            Gate mapping = gate("mapping");
            Gate reducing = openGate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, MAPS, mapping, reducing).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals()).hasSize(MAPS);
            assertThat(reducing.arrivals()).hasSize(MAPS);
            assertThat(reducing.processes()).isEqualTo(before);
        }
        faults.requireAllEffective();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
    }

    /** R32, R33, R35. */
    @Test
    void doesEverythingOnceThatIsSaidTwice() throws Exception {
        Faults faults = faults("executors told:launch-tasks every twice; executors told:install-program every twice;"
                + "driver told:report every twice; driver told:heartbeat every twice; driver told:ready every twice;"
                + "driver asked:locate-shuffle every twice; executors answered:locate-shuffle every twice;"
                + "driver asked:request-commit every twice; executors answered:request-commit every twice");
        try (Session session = faults.in(session(TWO)).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = openGate("reducing");
            assertThat(WORDS.count(session, MAPS, mapping, reducing).collectAsMap())
                    .isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals()).hasSize(MAPS);
            assertThat(reducing.arrivals()).hasSize(MAPS);
            Gate saving = openGate("saving");
            Accumulator<Long> rows = session.accumulator("rows", 0L, Long::sum);
            Dataset<String> lines = session.range(0, 1000, 1, MAPS).map(row -> {
                rows.add(1L);
                if (row % 250 == 0) {
                    saving.arrive();
                }
                return "row " + row;
            });
            String saved = folder.resolve("saved").toString();
            lines.saveAsTextFile(saved);
            assertThat(rows.value()).isEqualTo(1000);
            assertThat(saving.arrivals()).hasSize(MAPS);
            assertThat(session.textFile(saved).collect()).hasSize(1000).doesNotHaveDuplicates();
            // On a quiet machine all of this is over before an executor says that it lives.
            faults.awaitEffect("driver told:heartbeat every twice");
        }
        faults.requireAllEffective();
    }

    /** What would otherwise wait for ever: the executor believes it was told nothing, the driver that it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "executor-0~0 told:launch-tasks 1 lost; executor-1~0 told:launch-tasks 1 lost",
                "executor-0~0 told:install-program 1 overtaken; executor-1~0 told:install-program 1 overtaken",
                "driver told:report@executor-0~0 1 lost",
                "driver told:report@executor-0~0 1 overtaken",
                "driver told:report@executor-0~0 2 reset",
                "driver told:report@executor-0~0 2 reset-behind",
                "executor-0~0 answered:locate-shuffle 1 reset"
            })
    @Tag("slow")
    void replacesAnExecutorWhoseMessagesAreLostAndFinishes(String plan) throws Exception {
        Faults faults = faults(plan);
        try (Session session = faults.in(session(TWO)).create()) {
            Gate mapping = gate("mapping");
            Accumulator<Long> rows = session.accumulator("rows", 0L, Long::sum);
            CompletableFuture<Map<String, Long>> counted = start(() ->
                    WORDS.count(session, MAPS, mapping, openGate("reducing")).collectAsMap());
            if (plan.startsWith("executor-0~0 told:")) {
                faults.awaitEffect("told:"); // whichever of them was ready first
            } else {
                mapping.awaitProcesses(2);
            }
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            session.range(0, 100, 1, MAPS).foreach(row -> rows.add(1L));
            assertThat(rows.value()).isEqualTo(100);
        }
        assertThat(faults.effective("")).isNotEmpty();
    }

    /** R36: the report of a success is on its way when the executor dies. */
    @Test
    void countsATaskOnceWhoseReportWasOvertakenByTheLossOfItsExecutor() throws Exception {
        Faults faults = faults("driver told:report@executor-0~0 1 late 60000ms");
        try (Session session = faults.in(session(TWO)).create()) {
            Gate computing = gate("computing");
            Accumulator<Long> rows = session.accumulator("rows", 0L, Long::sum);
            CompletableFuture<List<Long>> collected = start(() -> session.range(0, 1000, 1, MAPS)
                    .mapPartitions(partition -> {
                        computing.pass();
                        return partition;
                    })
                    .map(row -> {
                        rows.add(1L);
                        return row;
                    })
                    .collect());
            Set<Long> before = computing.awaitProcesses(2);
            computing.open();
            faults.awaitEffect("late");
            long silent = processOf(session, before, faults);
            Processes.kill(silent);
            assertThat(result(collected)).hasSize(1000).doesNotHaveDuplicates().isSorted();
            assertThat(rows.value()).isEqualTo(1000);
        }
        faults.requireAllEffective();
    }

    /** The executor whose report is held back: it alone answers no further job. */
    private long processOf(Session session, Set<Long> processes, Faults faults) throws Exception {
        Gate answering = openGate("answering");
        CompletableFuture<Long> other = start(() -> session.range(0, 1, 1, 1)
                .map(row -> {
                    answering.arrive();
                    return row;
                })
                .count());
        assertThat(faults.effective("late")).isNotEmpty();
        Eventually.until(
                "the other executor has answered",
                () -> other.isDone() || !answering.processes().isEmpty());
        assertThat(answering.processes()).hasSize(1);
        return processes.stream()
                .filter(process -> !answeringHolds(answering, process))
                .findFirst()
                .orElseThrow();
    }

    private static boolean answeringHolds(Gate answering, long process) {
        try {
            return answering.processes().contains(process);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    /** R39. */
    @Test
    @Tag("slow")
    void replacesEverybodyWhenAllConnectionsBreakTogether() throws Exception {
        Faults faults = faults("driver told:report@executor-0~0 1 reset; driver told:report@executor-1~0 1 reset");
        try (Session session = faults.in(session(TWO)).create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Map<String, Long>> counted = start(() ->
                    WORDS.count(session, MAPS, mapping, openGate("reducing")).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.processes()).hasSize(4).containsAll(before);
            Processes.awaitEnd(before);
        }
        faults.requireAllEffective();
    }
}
