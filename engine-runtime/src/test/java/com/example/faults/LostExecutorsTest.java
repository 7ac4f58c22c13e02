package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Accumulator;
import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.TaskContext;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Executors that are killed or frozen at a known point of a job. */
class LostExecutorsTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final Words WORDS = Words.random(300_000, 5_000);

    /** Holds the user's thread in the driver, so that results wait on their executors. */
    private static final CompletableFuture<Void> DRIVER_BUSY = new CompletableFuture<>();

    private static long addOnceTheDriverIsFree(long left, long right) {
        if (TaskContext.current() == null) {
            DRIVER_BUSY.join();
        }
        return left + right;
    }

    @Test
    void countsRightWhenAnExecutorIsKilledInTheMapStage() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Map<String, Long>> counted = start(
                    () -> WORDS.count(session, 4, mapping, openGate("reducing")).collectAsMap());
            Set<Long> before = mapping.awaitProcesses(2);
            Processes.kill(before.iterator().next());
            mapping.awaitProcesses(3);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
        }
    }

    @Test
    void countsRightWhenAnExecutorIsKilledInTheReduceStage() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = gate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, 4, mapping, reducing).collectAsMap());
            Set<Long> before = reducing.awaitProcesses(2);
            long killed = before.iterator().next();
            // None to all of them, as the executors happened to start one after the other.
            long lost = mapping.arrivals().stream()
                    .filter(arrival -> arrival.process() == killed)
                    .count();
            Processes.kill(killed);
            reducing.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals())
                    .as("only the map tasks of the lost executor ran again")
                    .hasSize(4 + Math.toIntExact(lost));
        }
    }

    @Test
    void theFilesOfAKilledExecutorGoAtOnce() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = gate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, 4, mapping, reducing).collectAsMap());
            Set<Long> before = reducing.awaitProcesses(2);
            assertThat(shuffleFiles("-0/")).as("being written").anyMatch(name -> name.endsWith(".arrow.part"));
            before.forEach(Processes::kill);
            Processes.awaitEnd(before);
            Eventually.until("the files are gone", () -> shuffleFiles("-0/").isEmpty());
            reducing.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
        }
    }

    /** Names of shuffle files of executors whose folder ends so. */
    private List<String> shuffleFiles(String executor) throws Exception {
        try (Stream<Path> all = Files.walk(local)) {
            return all.map(Path::toString)
                    .filter(name -> name.contains(executor + "shuffle/") && name.contains(".arrow"))
                    .toList();
        } catch (UncheckedIOException changedMeanwhile) {
            return List.of("unknown");
        }
    }

    @Test
    void waitsForReplacementsWhenAllExecutorsAreKilled() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = openGate("mapping");
            Gate reducing = gate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, 4, mapping, reducing).collectAsMap());
            Set<Long> before = reducing.awaitProcesses(2);
            before.forEach(Processes::kill);
            reducing.awaitProcesses(4);
            reducing.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            // The executors start one after the other, so one of two may run all map tasks.
            assertThat(mapping.arrivals().stream()
                            .filter(arrival -> !before.contains(arrival.process()))
                            .map(Gate.Arrival::partition))
                    .as("map tasks on the replacements")
                    .containsExactlyInAnyOrder(0, 1, 2, 3);
        }
    }

    @Test
    void replacesAnExecutorThatIsFrozenForTooLong() throws Exception {
        try (Session session = session(TWO)
                .config("quiver.network.timeout", "2s")
                .config("quiver.executor.heartbeatInterval", "200ms")
                .create()) {
            Gate mapping = gate("mapping");
            CompletableFuture<Map<String, Long>> counted = start(
                    () -> WORDS.count(session, 4, mapping, openGate("reducing")).collectAsMap());
            long frozen = mapping.awaitProcesses(2).iterator().next();
            Processes.signal("STOP", frozen);
            mapping.awaitProcesses(3);
            mapping.open();
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            Processes.awaitEnd(List.of(frozen));
        }
    }

    @Test
    void runsNothingAgainWhenAnExecutorIsFrozenForAMoment() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            Gate reducing = openGate("reducing");
            CompletableFuture<Map<String, Long>> counted =
                    start(() -> WORDS.count(session, 2, mapping, reducing).collectAsMap());
            long frozen = mapping.awaitProcesses(2).iterator().next();
            Processes.signal("STOP", frozen);
            mapping.open();
            Eventually.until("it is stopped", () -> Processes.state(frozen) == 'T');
            Eventually.after(Duration.ofSeconds(1));
            assertThat(counted).isNotDone();
            Processes.signal("CONT", frozen);
            assertThat(result(counted)).isEqualTo(WORDS.expected());
            assertThat(mapping.arrivals()).hasSize(2);
            assertThat(reducing.arrivals()).hasSize(2);
        }
    }

    @Test
    void computesCachedPartitionsAgainAndFetchesBroadcastsAnewAfterALoss() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate computing = openGate("computing");
            Broadcast<List<Integer>> table = session.broadcast(
                    IntStream.range(0, 1000).boxed().collect(Collectors.toCollection(ArrayList::new)));
            Dataset<Long> cached = session.range(0, 1000, 1, 4)
                    .mapPartitions(rows -> {
                        computing.arrive();
                        return rows;
                    })
                    .map(row -> row + table.value().get(row.intValue()))
                    .cache();
            assertThat(cached.reduce(Long::sum)).isEqualTo(999_000);
            Set<Long> before = computing.processes();
            long lost = before.iterator().next();
            long held = computing.arrivals().stream()
                    .filter(arrival -> arrival.process() == lost)
                    .count();
            Processes.kill(lost);
            Processes.awaitEnd(List.of(lost));
            assertThat(cached.reduce(Long::sum)).isEqualTo(999_000);
            assertThat(computing.arrivals().size()).isEqualTo((int) (4 + held));
            Gate meeting = gate("meeting");
            CompletableFuture<Long> again = start(() -> session.range(0, 2, 1, 2)
                    .map(row -> {
                        meeting.pass();
                        return (long) table.value().get(999);
                    })
                    .reduce(Long::sum));
            assertThat(meeting.awaitProcesses(2)).doesNotContain(lost);
            meeting.open();
            assertThat(result(again)).isEqualTo(1998);
        }
    }

    @Test
    void computesALargeResultAgainWhenItsExecutorDiesBeforeItWasFetched() throws Exception {
        try (Session session =
                session(TWO).config("quiver.task.maxDirectResultSize", "1k").create()) {
            Gate computing = openGate("computing");
            Accumulator<Long> rows = session.accumulator("rows", 0L, LostExecutorsTest::addOnceTheDriverIsFree);
            Dataset<String> large = session.range(0, 8000, 1, 4).map(row -> {
                if (row % 2000 == 0) {
                    computing.arrive();
                }
                rows.add(1L);
                return "row " + row;
            });
            CompletableFuture<List<String>> collected = start(large::collect);
            Eventually.until("all tasks have begun", () -> computing.arrivals().size() == 4);
            // An executor has one slot and reports in order: once these tasks are done, those before them are reported.
            Gate behind = gate("behind");
            CompletableFuture<Long> second = start(() -> session.range(0, 2, 1, 2)
                    .map(row -> {
                        behind.pass();
                        return row;
                    })
                    .count());
            Set<Long> holders = behind.awaitProcesses(2);
            behind.open();
            result(second);
            holders.forEach(Processes::kill);
            Processes.awaitEnd(holders);
            DRIVER_BUSY.complete(null);
            List<String> expected =
                    IntStream.range(0, 8000).mapToObj(row -> "row " + row).toList();
            assertThat(result(collected)).isEqualTo(expected);
            assertThat(rows.value()).isEqualTo(8000);
            assertThat(computing.arrivals()).hasSize(8);
        }
    }
}
