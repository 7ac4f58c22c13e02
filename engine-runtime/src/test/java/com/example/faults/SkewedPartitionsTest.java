package com.example.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Accumulator;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.TaskContext;
import dev.quiver.lineage.HashPartitioner;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions that are computed in slices: their users see none of it, whatever dies meanwhile. */
class SkewedPartitionsTest extends FaultTest {
    private static final String PROCESSES = "local-cluster[2,2,512]";
    private static final int PARTITIONS = 6;
    private static final long ROWS = 60_000;

    /** Every other row has this key, whose partition is the skewed one. */
    private static final long HEAVY = 3;

    private static final int SKEWED = new HashPartitioner(PARTITIONS).partition(HEAVY);

    /** Lets a task leave word at a gate once, at its first row. */
    private record Once(Gate gate, boolean waits) implements Serializable {
        private static final ThreadLocal<TaskContext> LAST = new ThreadLocal<>();

        void here() {
            TaskContext task = TaskContext.current();
            if (LAST.get() != task) {
                LAST.set(task);
                if (waits) {
                    gate.pass();
                } else {
                    gate.arrive();
                }
            }
        }
    }

    private SessionBuilder skewing(String master) {
        return session(master)
                .config("quiver.shuffle.skew.thresholdBytes", "64k")
                .config("quiver.shuffle.skew.factor", "2");
    }

    private static long key(long row) {
        return row % 2 == 0 ? HEAVY : row % 997;
    }

    private static Keyed<Long, Long> rows(Session session) {
        return session.range(0, ROWS, 1, 8).mapToPair(row -> Pair.of(key(row), row));
    }

    private static Keyed<Long, Long> partitioned(Session session) {
        return rows(session).partitionBy(new HashPartitioner(PARTITIONS));
    }

    private static List<Pair<Long, Long>> allRows() {
        return LongStream.range(0, ROWS).mapToObj(row -> Pair.of(key(row), row)).toList();
    }

    private static List<Pair<Long, Long>> byValue(List<Pair<Long, Long>> rows) {
        return rows.stream().sorted(Comparator.comparing(Pair::value)).toList();
    }

    /** Tasks that worked for the skewed partition. */
    private static List<Gate.Arrival> atSkewed(Gate gate) throws Exception {
        return gate.arrivals().stream()
                .filter(arrival -> arrival.partition() == SKEWED)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[4]", PROCESSES})
    void aReducerThatHoldsHalfOfAllRowsIsSharedAndNobodySeesIt(String master) throws Exception {
        try (Session session = skewing(master).create()) {
            Once reducing = new Once(openGate("reducing"), false);
            Accumulator<Long> added = session.longAccumulator("rows");
            Keyed<Long, Long> rows = partitioned(session).mapValues(value -> {
                reducing.here();
                added.add(1L);
                return value;
            });

            assertThat(rows.count()).isEqualTo(ROWS);

            assertThat(added.value()).isEqualTo(ROWS);
            assertThat(atSkewed(reducing.gate()))
                    .as("tasks of the skewed partition")
                    .hasSizeGreaterThan(2);
            assertThat(reducing.gate().arrivals())
                    .as("every task names a partition there is")
                    .allMatch(arrival -> arrival.partition() < PARTITIONS);
            assertThat(rows.rows().partitionCount()).isEqualTo(PARTITIONS);
            assertThat(rows.values().reduce(Long::sum)).isEqualTo(ROWS * (ROWS - 1) / 2);
            assertThat(byValue(rows.collect())).isEqualTo(allRows());
            Map<Integer, Long> sizes = rows.rows()
                    .mapPartitions(all -> {
                        long size = 0;
                        for (; all.hasNext(); all.next()) {
                            size++;
                        }
                        return List.of(Pair.of(TaskContext.current().partition(), size))
                                .iterator();
                    })
                    .mapToPair(pair -> pair)
                    .collectAsMap();
            assertThat(sizes)
                    .as("a function of whole partitions is given whole ones")
                    .hasSize(PARTITIONS);
            assertThat(sizes.get(SKEWED)).isGreaterThanOrEqualTo(ROWS / 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[4]", PROCESSES})
    void slicesWriteTheMapOutputsOfTheNextShuffle(String master) throws Exception {
        try (Session session = skewing(master).create()) {
            Once again = new Once(openGate("again"), false);
            Keyed<Long, Long> sums = partitioned(session)
                    .rows()
                    .mapToPair(pair -> {
                        again.here();
                        return Pair.of(pair.value() % 11, 1L);
                    })
                    .reduceByKey(Long::sum, 3);
            assertThat(sums.collectAsMap())
                    .isEqualTo(LongStream.range(0, ROWS)
                            .boxed()
                            .collect(Collectors.groupingBy(row -> row % 11, Collectors.counting())));
            assertThat(atSkewed(again.gate())).hasSizeGreaterThan(2);
            int before = again.gate().arrivals().size();
            assertThat(sums.count())
                    .as("the map outputs of slices are there for a later job")
                    .isEqualTo(11);
            assertThat(again.gate().arrivals()).hasSize(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[4]", PROCESSES})
    void skewedJoinsOfEveryKindGiveWhatAnOracleGives(String master) throws Exception {
        try (Session session = skewing(master).create()) {
            Random random = new Random(99);
            List<Pair<Long, String>> small = new ArrayList<>();
            for (int row = 0; row < 300; row++) {
                small.add(Pair.of((long) random.nextInt(2_000), "s" + row));
            }
            small.add(Pair.of(HEAVY, "heavy"));
            Keyed<Long, Long> left = rows(session);
            Keyed<Long, String> right = session.parallelize(small, 3).mapToPair(pair -> pair);
            List<Object> expected = new ArrayList<>();
            List<Object> expectedLeft = new ArrayList<>();
            Map<Long, List<String>> byKey = small.stream()
                    .collect(Collectors.groupingBy(Pair::key, Collectors.mapping(Pair::value, Collectors.toList())));
            Set<Long> keys = LongStream.range(0, ROWS)
                    .mapToObj(SkewedPartitionsTest::key)
                    .collect(Collectors.toSet());
            for (long row = 0; row < ROWS; row++) {
                List<String> matches = byKey.getOrDefault(key(row), List.of());
                for (String match : matches) {
                    expected.add(Pair.of(key(row), Pair.of(row, match)));
                    expectedLeft.add(Pair.of(key(row), Pair.of(row, Optional.of(match))));
                }
                if (matches.isEmpty()) {
                    expectedLeft.add(Pair.of(key(row), Pair.of(row, Optional.empty())));
                }
            }
            Once joined = new Once(openGate("joined"), false);
            assertThat(sorted(left.join(right, PARTITIONS)
                            .mapValues(both -> {
                                joined.here();
                                return both;
                            })
                            .collect()))
                    .isEqualTo(sorted(expected));
            assertThat(atSkewed(joined.gate())).hasSizeGreaterThan(1);
            assertThat(sorted(left.leftOuterJoin(right).collect())).isEqualTo(sorted(expectedLeft));
            long unmatched =
                    small.stream().filter(pair -> !keys.contains(pair.key())).count();
            assertThat(left.rightOuterJoin(right).count()).isEqualTo(expected.size() + unmatched);
            assertThat(left.fullOuterJoin(right).count()).isEqualTo(expectedLeft.size() + unmatched);
        }
    }

    private static List<Object> sorted(List<?> rows) {
        return rows.stream().sorted(Comparator.comparing(String::valueOf)).collect(Collectors.toList());
    }

    @Test
    void slicesAreComputedAgainWhenTheirExecutorIsKilled() throws Exception {
        try (Session session = skewing(PROCESSES).create()) {
            Once reducing = new Once(gate("reducing"), true);
            Accumulator<Long> added = session.longAccumulator("rows");
            CompletableFuture<List<Pair<Long, Long>>> collected = start(() -> partitioned(session)
                    .mapValues(value -> {
                        reducing.here();
                        added.add(1L);
                        return value;
                    })
                    .collect());
            Set<Long> processes = reducing.gate().awaitProcesses(2);
            Processes.kill(processes.iterator().next());
            reducing.gate().open();

            assertThat(byValue(result(collected))).isEqualTo(allRows());
            assertThat(added.value()).isEqualTo(ROWS);
            assertThat(atSkewed(reducing.gate())).hasSizeGreaterThan(2);
        }
    }

    @Test
    void mapOutputsOfSlicesAreComputedAgainWhenTheirExecutorIsKilled() throws Exception {
        try (Session session = skewing(PROCESSES).create()) {
            Once again = new Once(openGate("again"), false);
            Once last = new Once(gate("last"), true);
            CompletableFuture<Map<Long, Long>> counted = start(() -> partitioned(session)
                    .rows()
                    .mapToPair(pair -> {
                        again.here();
                        return Pair.of(pair.value() % 11, 1L);
                    })
                    .reduceByKey(Long::sum, 4)
                    .mapValues(count -> {
                        last.here();
                        return count;
                    })
                    .collectAsMap());
            long killed = last.gate().awaitProcesses(2).iterator().next();
            List<Gate.Arrival> before = again.gate().arrivals();
            assertThat(atSkewed(again.gate())).hasSizeGreaterThan(2);
            long lost = before.stream()
                    .filter(arrival -> arrival.process() == killed)
                    .count();
            Processes.kill(killed);
            last.gate().open();

            assertThat(result(counted))
                    .isEqualTo(LongStream.range(0, ROWS)
                            .boxed()
                            .collect(Collectors.groupingBy(row -> row % 11, Collectors.counting())));
            assertThat(again.gate().arrivals())
                    .as("only tasks and slices of the lost executor ran again")
                    .hasSize(before.size() + Math.toIntExact(lost));
        }
    }
}
