package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.TaskContext;
import dev.quiver.lineage.HashPartitioner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions that give other rows when they run again because an executor was killed. */
class ChangedRowsTest extends FaultTest {
    private static final String TWO = "local-cluster[2,1,256]";
    private static final int MAPS = 4;
    private static final int REDUCERS = 3;

    /** Which map task made a row, and in which run. */
    private record Made(int map, int run) {}

    /** Each map task sends one row to every reducer; from the moment the file is there, rows of the second run. */
    private Keyed<Integer, Made> rows(Session session, Gate mapping, Path secondRun) {
        String marker = secondRun.toString();
        return session.range(0, MAPS, 1, MAPS)
                .mapPartitions(maps -> {
                    mapping.pass();
                    return maps;
                })
                .flatMap(map -> {
                    int run = Files.exists(Path.of(marker)) ? 2 : 1;
                    List<Pair<Integer, Made>> made = new ArrayList<>();
                    for (int reduce = 0; reduce < REDUCERS; reduce++) {
                        made.add(Pair.of(reduce, new Made(map.intValue(), run)));
                    }
                    return made;
                })
                .mapToPair(pair -> pair)
                .partitionBy(new HashPartitioner(REDUCERS));
    }

    /** Partition 0 only leaves word at a gate of its own, if there is one; all others wait. */
    private static Dataset<Made> waiting(Keyed<Integer, Made> rows, Gate first, Gate others) {
        return rows.rows().map(Pair::value).mapPartitions(made -> {
            if (first != null && TaskContext.current().partition() == 0) {
                first.arrive();
            } else {
                others.passUnlessStopped();
            }
            return made;
        });
    }

    private static Set<Long> startMaps(Gate mapping) throws Exception {
        Set<Long> executors = mapping.awaitProcesses(2);
        mapping.open();
        return executors;
    }

    /** The one of two executors on which partition 0 did not run. */
    private static long killTheOther(Gate first, Set<Long> executors) throws Exception {
        Set<Long> others = new TreeSet<>(executors);
        others.removeAll(first.processes());
        assertThat(others).hasSize(1);
        long killed = others.iterator().next();
        Processes.kill(killed);
        return killed;
    }

    /** The runs in which the rows of each map task were made, as readers saw them. */
    private static Map<Integer, Set<Integer>> runs(List<Made> rows) {
        Map<Integer, Set<Integer>> runs = new TreeMap<>();
        rows.forEach(
                row -> runs.computeIfAbsent(row.map(), map -> new TreeSet<>()).add(row.run()));
        return runs;
    }

    private static void assertOneRunEach(List<Made> rows, Gate mapping, long killed) throws Exception {
        Map<Integer, Set<Integer>> expected = new TreeMap<>();
        for (Gate.Arrival arrival : mapping.arrivals()) {
            int run = arrival.process() == killed ? 2 : 1;
            expected.computeIfAbsent(arrival.partition(), map -> new TreeSet<>())
                    .add(run);
        }
        // What ran on the killed executor ran again on another.
        mapping.arrivals().stream()
                .filter(arrival -> arrival.process() == killed)
                .forEach(arrival -> expected.put(arrival.partition(), Set.of(2)));
        assertThat(runs(rows)).isEqualTo(expected);
        assertThat(expected).containsValue(Set.of(2));
    }

    @Test
    void failsTheJobWhenOldRowsWereDelivered() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            Gate first = gate("first");
            Gate others = gate("others");
            Path secondRun = folder.resolve("second-run");
            CompletableFuture<List<Made>> collected = start(() ->
                    waiting(rows(session, mapping, secondRun), first, others).collect());
            Set<Long> executors = startMaps(mapping);
            others.awaitProcesses(2);
            Files.createFile(secondRun);
            killTheOther(first, executors);
            others.open();
            assertThat(failure(collected))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("of 3 partitions, and map partition ")
                    .hasMessageContaining("came out with other rows when stage 0")
                    .hasMessageContaining("content checksum ")
                    .hasMessageContaining("Make it deterministic");
            assertThat(session.range(0, 100, 1, 2).count())
                    .as("the session goes on")
                    .isEqualTo(100);
        }
    }

    @Test
    void readsOneVersionOfEachMapOutputWhenNothingWasDelivered() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            Gate reducing = gate("reducing");
            Path secondRun = folder.resolve("second-run");
            CompletableFuture<List<Made>> collected = start(() ->
                    waiting(rows(session, mapping, secondRun), null, reducing).collect());
            startMaps(mapping);
            long killed = reducing.awaitProcesses(2).iterator().next();
            Files.createFile(secondRun);
            Processes.kill(killed);
            // A reduce task on the new executor: the map tasks have run again, and what they gave is known.
            reducing.awaitProcesses(3);
            reducing.open();
            assertOneRunEach(result(collected), mapping, killed);
        }
    }

    @Test
    void runsAStageInBetweenAgainInFullThatHadReadOldRows() throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            Gate first = gate("first");
            Gate others = gate("others");
            Path secondRun = folder.resolve("second-run");
            CompletableFuture<List<Made>> collected =
                    start(() -> waiting(rows(session, mapping, secondRun), first, others)
                            .mapToPair(made -> Pair.of(made.map(), made))
                            .partitionBy(new HashPartitioner(2))
                            .values()
                            .collect());
            Set<Long> executors = startMaps(mapping);
            others.awaitProcesses(2);
            Files.createFile(secondRun);
            long killed = killTheOther(first, executors);
            others.awaitProcesses(3);
            others.open();
            assertOneRunEach(result(collected), mapping, killed);
            assertThat(first.arrivals()).as("partition 0, which was done").hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MEMORY_ONLY", "DISK_ONLY"})
    void readsNoCachedPartitionThatWasComputedFromOldRows(StorageLevel level) throws Exception {
        try (Session session = session(TWO).create()) {
            Gate mapping = gate("mapping");
            Gate caching = gate("caching");
            Path secondRun = folder.resolve("second-run");
            Dataset<Made> cached =
                    waiting(rows(session, mapping, secondRun), null, caching).persist(level);
            CompletableFuture<Long> counted = start(cached::count);
            startMaps(mapping);
            long killed = caching.awaitProcesses(2).iterator().next();
            caching.open();
            assertThat(result(counted)).isEqualTo(MAPS * REDUCERS);
            Files.createFile(secondRun);
            Processes.kill(killed);
            // Two tasks at a time: there is a new executor, so the old one is known to be lost.
            Gate meeting = gate("meeting");
            CompletableFuture<Long> met = start(() -> session.range(0, 2, 1, 2)
                    .map(row -> {
                        meeting.pass();
                        return row;
                    })
                    .count());
            assertThat(meeting.awaitProcesses(2)).doesNotContain(killed);
            meeting.open();
            result(met);
            List<Made> read = result(start(cached::collect));
            assertOneRunEach(read, mapping, killed);
            int computed = caching.arrivals().size();
            assertThat(result(start(cached::collect))).as("cached anew").containsExactlyElementsOf(read);
            assertThat(caching.arrivals()).hasSize(computed);
        }
    }
}
