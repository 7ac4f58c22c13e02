package com.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Accumulator;
import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.JobFailedException;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.Text;
import dev.quiver.UsageException;
import dev.quiver.lineage.HashPartitioner;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every master must do alike: one program, one answer. Answers come from plain collections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperatorsContract {
    private Session session;

    @TempDir
    Path folder;

    /** The master under test. */
    abstract String master();

    record Trade(long id, String symbol, double price, Side side, Optional<String> note) implements Serializable {}

    enum Side {
        BUY,
        SELL
    }

    @BeforeAll
    void open() {
        session = Session.builder().appName("operators").master(master()).create();
    }

    @AfterAll
    void close() {
        session.close();
    }

    @Test
    void slicesOfAFileAreGroupedSortedJoinedAndKeptLikeStrings() throws IOException {
        Random random = new Random(8);
        List<String> words = List.of("a", "", "ä€", "longer than eight", "exactly7", "😀", "z".repeat(40));
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < 3000; line++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(6); word >= 0; word--) {
                text.append(words.get(random.nextInt(words.size())))
                        .append(random.nextInt(30))
                        .append(' ');
            }
            lines.add(text.toString());
        }
        Path file = Files.write(folder.resolve("slices.txt"), lines);
        Map<String, Long> expected = lines.stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()));

        Dataset<Text> kept = session.textSlices(file.toString(), 3).cache();
        Dataset<Text> found = kept.flatMap(line -> line.split(' '));
        Keyed<Text, Long> counts = found.mapToPair(word -> Pair.of(word, 1L)).reduceByKey(Long::sum, 4);
        assertThat(asStrings(counts.collect())).isEqualTo(expected);
        assertThat(kept.collect().stream().map(Text::toString)).isEqualTo(lines);
        assertThat(asStrings(found.keyBy(word -> word)
                        .groupByKey()
                        .mapValues(values -> (long) values.size())
                        .collect()))
                .isEqualTo(expected);
        List<Text> sorted = counts.sortByKey().keys().collect();
        assertThat(sorted).isSorted().hasSize(expected.size());
        Keyed<Text, Long> again = session.parallelize(new ArrayList<>(expected.keySet()), 3)
                .mapToPair(word -> Pair.of(Text.of(word), 5L));
        assertThat(counts.join(again)
                        .mapValues(both -> both.key() * both.value())
                        .values()
                        .reduce(Long::sum))
                .isEqualTo(
                        5 * expected.values().stream().mapToLong(count -> count).sum());
        assertThat(found.distinct().count()).isEqualTo(expected.size());
        assertThat(found.map(word -> Map.of("word", word))
                        .filter(map -> map.get("word").isEmpty())
                        .count())
                .isEqualTo(found.filter(Text::isEmpty).count());
        assertThat(found.map(word -> Map.of("word", word)).collect().get(0).get("word"))
                .isEqualTo(Text.of(lines.get(0).split(" ")[0]));
    }

    private static Map<String, Long> asStrings(List<Pair<Text, Long>> pairs) {
        Map<String, Long> found = new TreeMap<>();
        pairs.forEach(pair ->
                assertThat(found.put(pair.key().toString(), pair.value())).isNull());
        return found;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toList());
    }

    @Test
    void mapsFiltersAndCollectsInOrder() {
        List<String> rows = session.parallelize(numbers(1000), 7)
                .map(value -> value * 3)
                .filter(value -> value % 2 == 0)
                .map(value -> "n" + value)
                .collect();
        List<String> expected = numbers(1000).stream()
                .map(value -> value * 3)
                .filter(value -> value % 2 == 0)
                .map(value -> "n" + value)
                .toList();
        assertThat(rows).isEqualTo(expected);
    }

    @Test
    void countsARangeOfAnyStep() {
        assertThat(session.range(0, 100_001, 1, 5).count()).isEqualTo(100_001);
        assertThat(session.range(10, -10, -3, 4).collect()).containsExactly(10L, 7L, 4L, 1L, -2L, -5L, -8L);
        assertThat(session.range(5, 5).count()).isZero();
        assertThat(session.range(0, 100, 1, 3).reduce(Long::sum)).isEqualTo(4950);
    }

    @Test
    void flatMapsIterablesAndStreams() {
        List<String> lines = List.of("a b", "", "c d e");
        assertThat(session.parallelize(lines, 2)
                        .flatMap(line -> Arrays.asList(line.split(" ")))
                        .collect())
                .containsExactly("a", "b", "", "c", "d", "e");
        assertThat(session.parallelize(lines, 2)
                        .flatMapStream(line -> line.chars().mapToObj(letter -> (char) letter))
                        .count())
                .isEqualTo(8);
    }

    @Test
    void countsWordsLikeAMapDoes() {
        Random random = new Random(7);
        List<String> words =
                random.ints(20_000, 0, 500).mapToObj(word -> "word" + word).collect(Collectors.toList());
        Map<String, Long> counted = session.parallelize(words, 6)
                .mapToPair(word -> Pair.of(word, 1L))
                .reduceByKey(Long::sum)
                .collectAsMap();
        Map<String, Long> expected = words.stream().collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        assertThat(counted).isEqualTo(expected);
    }

    @Test
    void groupsJoinsAndCogroupsWithDuplicatesAndMissingSides() {
        Keyed<Integer, String> left = session.parallelize(
                        List.of(Pair.of(1, "a"), Pair.of(1, "b"), Pair.of(2, "c"), Pair.of(4, "d")), 3)
                .mapToPair(pair -> pair);
        Keyed<Integer, Long> right = session.parallelize(
                        List.of(Pair.of(1, 10L), Pair.of(1, 11L), Pair.of(2, 20L), Pair.of(3, 30L)), 2)
                .mapToPair(pair -> pair);
        assertThat(left.groupByKey().mapValues(TreeSet::new).collectAsMap())
                .isEqualTo(Map.of(
                        1,
                        new TreeSet<>(List.of("a", "b")),
                        2,
                        new TreeSet<>(List.of("c")),
                        4,
                        new TreeSet<>(List.of("d"))));
        assertThat(left.join(right).collect())
                .containsExactlyInAnyOrder(
                        Pair.of(1, Pair.of("a", 10L)),
                        Pair.of(1, Pair.of("a", 11L)),
                        Pair.of(1, Pair.of("b", 10L)),
                        Pair.of(1, Pair.of("b", 11L)),
                        Pair.of(2, Pair.of("c", 20L)));
        assertThat(left.fullOuterJoin(right).filter(row -> row.key() > 2).collect())
                .containsExactlyInAnyOrder(
                        Pair.of(3, Pair.of(Optional.empty(), Optional.of(30L))),
                        Pair.of(4, Pair.of(Optional.of("d"), Optional.empty())));
        assertThat(left.cogroup(right).count()).isEqualTo(4);
    }

    @Test
    void joinsCopartitionedDataWithoutAnotherShuffle() {
        HashPartitioner partitioner = new HashPartitioner(4);
        Keyed<Long, Long> left = session.range(0, 1000, 1, 3)
                .mapToPair(value -> Pair.of(value % 100, value))
                .partitionBy(partitioner);
        Keyed<Long, Long> right = session.range(0, 100, 1, 2)
                .mapToPair(value -> Pair.of(value, value * 2))
                .partitionBy(partitioner);
        assertThat(left.join(right)
                        .values()
                        .map(pair -> pair.key() + pair.value())
                        .reduce(Long::sum))
                .isEqualTo(LongStream.range(0, 1000)
                        .map(value -> value + value % 100 * 2)
                        .sum());
    }

    @Test
    void sortsNumbersTextAndBytesBothWays() {
        Random random = new Random(3);
        List<Integer> values = random.ints(5000, -1000, 1000).boxed().collect(Collectors.toList());
        assertThat(session.parallelize(values, 5).sortBy(value -> value).collect())
                .isEqualTo(values.stream().sorted().toList());
        assertThat(session.parallelize(values, 5)
                        .sortBy(value -> "k" + value, false, 3)
                        .collect())
                .isEqualTo(values.stream()
                        .sorted(Comparator.comparing((Integer value) -> "k" + value)
                                .reversed())
                        .toList());
        List<byte[]> keys = new ArrayList<>();
        for (int index = 0; index < 500; index++) {
            byte[] key = new byte[10];
            random.nextBytes(key);
            keys.add(key);
        }
        List<byte[]> sorted = session.parallelize(keys, 4)
                .mapToPair(key -> Pair.of(key, 1))
                .sortByKey()
                .keys()
                .collect();
        List<byte[]> expected = keys.stream().sorted(Arrays::compareUnsigned).toList();
        for (int index = 0; index < expected.size(); index++) {
            assertThat(sorted.get(index)).isEqualTo(expected.get(index));
        }
    }

    @Test
    void removesDuplicatesUnitesAndRepartitions() {
        Dataset<Integer> values = session.parallelize(numbers(300), 4).map(value -> value % 10);
        assertThat(values.distinct().collect()).containsExactlyInAnyOrderElementsOf(numbers(10));
        assertThat(values.union(values).count()).isEqualTo(600);
        assertThat(values.repartition(9).partitionCount()).isEqualTo(9);
        assertThat(values.repartition(9).count()).isEqualTo(300);
        assertThat(values.coalesce(2)
                        .mapPartitionsWithIndex((index, rows) -> List.of(index).iterator())
                        .collect())
                .containsExactly(0, 1);
    }

    @Test
    void foldsAggregatesAndTakes() {
        Dataset<Integer> values = session.parallelize(numbers(100), 6);
        assertThat(values.fold(0, Integer::sum)).isEqualTo(4950);
        assertThat(values.aggregate(0L, (sum, value) -> sum + value, Long::sum)).isEqualTo(4950L);
        assertThat(values.take(7)).isEqualTo(numbers(7));
        assertThat(values.first()).isZero();
        assertThat(values.top(3)).containsExactly(99, 98, 97);
        assertThat(values.filter(value -> value > 1000).isEmpty()).isTrue();
        assertThatThrownBy(() -> values.filter(value -> value > 1000).reduce(Integer::sum))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void carriesRecordsEnumsOptionalsAndNullsThroughAShuffle() {
        List<Trade> trades = new ArrayList<>();
        for (int id = 0; id < 200; id++) {
            trades.add(new Trade(
                    id,
                    id % 7 == 0 ? null : "S" + id % 5,
                    id * 0.5,
                    id % 2 == 0 ? Side.BUY : Side.SELL,
                    id % 3 == 0 ? Optional.empty() : Optional.of("note " + id)));
        }
        List<Trade> back =
                session.parallelize(trades, 4).repartition(3).sortBy(Trade::id).collect();
        assertThat(back).isEqualTo(trades);
        Map<String, Double> volume = session.parallelize(trades, 4)
                .filter(trade -> trade.symbol() != null)
                .keyBy(Trade::symbol)
                .mapValues(Trade::price)
                .reduceByKey(Double::sum)
                .collectAsMap();
        Map<String, Double> expected = new HashMap<>();
        trades.stream()
                .filter(trade -> trade.symbol() != null)
                .forEach(trade -> expected.merge(trade.symbol(), trade.price(), Double::sum));
        assertThat(volume).isEqualTo(expected);
    }

    @Test
    void carriesMixedTypesThroughAShuffle() {
        List<Object> rows = List.of(1L, "two", 3.0, List.of(4), Map.of("five", 5));
        assertThat(session.parallelize(rows, 2).repartition(3).collect()).containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void readsFoldersGlobsAndSplitsLikeTheFilesTheyAre() throws IOException {
        List<String> lines = IntStream.range(0, 5000)
                .mapToObj(line -> "line " + line + " ä€")
                .toList();
        Files.writeString(folder.resolve("a.txt"), String.join("\n", lines.subList(0, 2500)) + "\n");
        Files.writeString(folder.resolve("b.txt"), String.join("\r\n", lines.subList(2500, 5000)));
        assertThat(session.textFile(folder.toString(), 7)
                        .sortBy(line -> Integer.parseInt(line.split(" ")[1]))
                        .collect())
                .isEqualTo(lines);
        assertThat(session.textFile(folder + "/a*.txt").count()).isEqualTo(2500);
        assertThatThrownBy(() -> session.textFile(folder + "/missing.txt"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("missing.txt");
    }

    @Test
    void savesTextOnceAndRefusesAnExistingFolder() throws IOException {
        Path out = folder.resolve("out");
        session.parallelize(numbers(100), 4).map(String::valueOf).saveAsTextFile(out.toString());
        assertThat(out.resolve("_SUCCESS")).exists();
        assertThat(out.resolve("_temporary")).doesNotExist();
        List<String> saved = new ArrayList<>();
        try (var parts = Files.list(out)) {
            for (Path part : parts.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList()) {
                saved.addAll(Files.readAllLines(part, StandardCharsets.UTF_8));
            }
        }
        assertThat(saved).isEqualTo(numbers(100).stream().map(String::valueOf).toList());
        assertThatThrownBy(() ->
                        session.parallelize(numbers(3), 1).map(String::valueOf).saveAsTextFile(out.toString()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(out.toString());
    }

    @Test
    void keepsCachedPartitionsAndComputesThemOnce() {
        for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY)) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> cached = session.range(0, 1000, 1, 4)
                    .map(value -> {
                        computed.add(1L);
                        return value * value;
                    })
                    .persist(level);
            assertThat(cached.count()).isEqualTo(1000);
            assertThat(cached.reduce(Long::sum))
                    .isEqualTo(LongStream.range(0, 1000).map(v -> v * v).sum());
            assertThat(computed.value()).as("computed at %s", level).isEqualTo(1000);
            cached.unpersist();
        }
    }

    @Test
    void sharesBroadcastsAndAddsAccumulatorsOnce() {
        Broadcast<Map<Integer, String>> names = session.broadcast(new TreeMap<>(Map.of(0, "zero", 1, "one")));
        Accumulator<Long> odd = session.longAccumulator("odd");
        List<String> rows = session.parallelize(numbers(10), 3)
                .map(value -> {
                    if (value % 2 == 1) {
                        odd.add(1L);
                    }
                    return names.value().get(value % 2);
                })
                .collect();
        assertThat(rows).hasSize(10).startsWith("zero", "one");
        assertThat(odd.value()).isEqualTo(5);
        names.destroy();
        assertThatThrownBy(names::value).hasMessageContaining("destroyed");
    }

    @Test
    void aDestroyedBroadcastFailsLaterJobsAndNamesWhereItWasCreatedAndDestroyed() {
        Broadcast<int[]> table = session.broadcast(new int[] {10, 20});
        Dataset<Integer> rows = session.parallelize(numbers(4), 2).map(value -> table.value()[value % 2]);
        assertThat(rows.collect()).containsExactlyInAnyOrder(10, 10, 20, 20);
        table.unpersist();
        assertThat(rows.collect()).as("fetched again").containsExactlyInAnyOrder(10, 10, 20, 20);
        table.destroy();
        String[] told = {
            "created at OperatorsContract.aDestroyedBroadcast", "was destroyed at OperatorsContract.aDestroyedBroadcast"
        };
        assertThatThrownBy(rows::collect).hasMessageContainingAll(told);
        assertThatThrownBy(table::unpersist).hasMessageContainingAll(told);
        assertThatThrownBy(() ->
                        session.range(3).map(row -> row + table.value()[0]).count())
                .hasMessageContainingAll(told);
    }

    @Test
    void broadcastsValuesOfManyChunks() {
        byte[] large = new byte[9_000_000];
        new Random(3).nextBytes(large);
        Broadcast<byte[]> broadcast = session.broadcast(large);
        assertThat(session.range(0, 4, 1, 4)
                        .map(row -> Arrays.hashCode(broadcast.value()))
                        .distinct()
                        .collect())
                .containsExactly(Arrays.hashCode(large));
        Broadcast<String> nothing = session.broadcast(null);
        assertThat(nothing.value()).as("read from the chunks").isNull();
        assertThat(session.range(0, 2, 1, 1).map(row -> nothing.value() == null).collect())
                .containsExactly(true, true);
        broadcast.destroy();
    }

    @Test
    void refusesABroadcastThatHoldsADataset() {
        Dataset<Long> rows = session.range(3);
        assertThatThrownBy(() -> session.broadcast(rows)).hasMessageContaining("a dataset cannot be broadcast");
        assertThatThrownBy(() -> session.broadcast(List.of(rows)))
                .hasMessageContaining("a Dataset lives on the driver and cannot travel");
    }

    @Test
    void bringsResultsLargerThanAReport() {
        byte[] large = session.parallelize(List.of(1), 1)
                .map(value -> new byte[5_000_000])
                .first();
        assertThat(large).hasSize(5_000_000);
    }

    @Test
    void namesStagePartitionAttemptAndLineOfATaskThatThrows() {
        Dataset<Integer> failing = session.parallelize(numbers(10), 2).map(value -> {
            if (value == 7) {
                throw new IOException("row 7 is bad");
            }
            return value;
        });
        assertThatThrownBy(failing::count)
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("row 7 is bad")
                .hasMessageContaining("OperatorsContract.java");
        assertThat(session.range(10).count()).as("the session goes on").isEqualTo(10);
    }

    @Test
    void runsJobsOfNoPartitionsAndEmptyOnes() {
        assertThat(session.parallelize(List.<Integer>of()).count()).isZero();
        assertThat(session.parallelize(List.<Integer>of())
                        .mapToPair(v -> Pair.of(v, v))
                        .reduceByKey(Integer::sum)
                        .collect())
                .isEmpty();
        assertThat(session.parallelize(List.<Integer>of())
                        .sortBy(value -> value)
                        .collect())
                .isEmpty();
        assertThat(session.parallelize(numbers(2), 8).collect()).isEqualTo(numbers(2));
    }

    @Test
    void runsALineageOfTwoThousandMaps() {
        Dataset<Long> chain = session.range(0, 100, 1, 2);
        for (int step = 0; step < 2000; step++) {
            chain = chain.map(value -> value + 1);
        }
        assertThat(chain.reduce(Long::sum)).isEqualTo(4950 + 100 * 2000);
    }

    @Test
    void runsTenThousandEmptyTasks() {
        assertThat(session.parallelize(List.<Integer>of(), 10_000).count()).isZero();
        assertThat(session.range(0, 10_000, 1, 10_000).count()).isEqualTo(10_000);
    }
}
