package dev.quiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ShuffleDependency;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsTest {
    private Session session;

    @BeforeEach
    void open() {
        session = Session.builder().master("fake[4]").create();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private Keyed<String, Integer> fruits() {
        return session.parallelize(List.of("apple", "fig", "pear", "fig", "apple", "fig"), 3)
                .mapToPair(fruit -> Pair.of(fruit, fruit.length()));
    }

    @Test
    void spreadsACollectionEvenlyAndInOrder() {
        Dataset<Integer> rows = session.parallelize(List.of(1, 2, 3, 4, 5, 6, 7), 3);
        assertThat(rows.mapPartitionsWithIndex((partition, in) -> {
                            List<String> all = new ArrayList<>();
                            in.forEachRemaining(row -> all.add(partition + ":" + row));
                            return all.iterator();
                        })
                        .collect())
                .containsExactly("0:1", "0:2", "1:3", "1:4", "2:5", "2:6", "2:7");
        assertThat(session.parallelize(Arrays.asList("a", null)).collect()).containsExactly("a", null);
        assertThat(session.parallelize(List.of()).count()).isZero();
        assertThatThrownBy(() -> session.parallelize(List.of(1), 0))
                .hasMessageContaining("at least 1 partition, not 0");
    }

    @Test
    void countsRangesUpAndDown() {
        assertThat(session.range(3, 9, 2, 2).collect()).containsExactly(3L, 5L, 7L);
        assertThat(session.range(5, 0, -2, 3).collect()).containsExactly(5L, 3L, 1L);
        assertThat(session.range(5, 1).collect()).isEmpty();
        assertThatThrownBy(() -> session.range(Long.MIN_VALUE, Long.MAX_VALUE)).isInstanceOf(UsageException.class);
    }

    @Test
    void filterAndMapValuesKeepThePartitionerAndMapDropsIt() {
        Keyed<String, Integer> sums = fruits().reduceByKey(Integer::sum);
        HashPartitioner three = new HashPartitioner(3);
        assertThat(sums.partitioner()).contains(three);
        assertThat(sums.filter(pair -> pair.value() > 3).partitioner()).contains(three);
        assertThat(sums.mapValues(sum -> sum * 2).partitioner()).contains(three);
        assertThat(sums.flatMapValues(sum -> List.of(sum, sum)).partitioner()).contains(three);
        assertThat(sums.rows().map(pair -> pair).lineage().partitioner()).isEmpty();
        assertThat(sums.flatMapValues(sum -> List.of(sum, sum)).count()).isEqualTo(6);
    }

    @Test
    void reducesByKeyWithOneShuffleAndWithNoneWhereKeysLieTogether() {
        Keyed<String, Integer> sums = fruits().reduceByKey(Integer::sum);
        assertThat(sums.collectAsMap()).isEqualTo(Map.of("apple", 10, "fig", 9, "pear", 4));
        assertThat(FakeEngine.of(session).shuffles).hasSize(1);
        assertThat(FakeEngine.of(session).shuffles.get(0).mapSide()).isPresent();
        Keyed<String, List<Integer>> groups = sums.groupByKey();
        assertThat(groups.rows().lineage().op()).isInstanceOf(Op.AggregateByKey.class);
        assertThat(groups.partitioner()).isEqualTo(sums.partitioner());
        assertThat(groups.collectAsMap())
                .isEqualTo(Map.of("apple", List.of(10), "fig", List.of(9), "pear", List.of(4)));
        assertThat(FakeEngine.of(session).shuffles).hasSize(1);
    }

    @Test
    void groupsWithoutCombiningBeforeTheShuffle() {
        assertThat(fruits().groupByKey(2).lookup("fig")).containsExactly(List.of(3, 3, 3));
        assertThat(FakeEngine.of(session).shuffles.get(0).mapSide()).isEmpty();
    }

    @Test
    void aZeroThatCanBeChangedIsCopiedForEachKey() {
        Keyed<String, ArrayList<Integer>> lists = fruits().aggregateByKey(
                        new ArrayList<>(),
                        (list, value) -> {
                            list.add(value);
                            return list;
                        },
                        (left, right) -> {
                            left.addAll(right);
                            return left;
                        });
        assertThat(lists.collectAsMap())
                .isEqualTo(Map.of("apple", List.of(5, 5), "fig", List.of(3, 3, 3), "pear", List.of(4)));
        assertThat(fruits().foldByKey(0, Integer::sum).lookup("fig")).containsExactly(9);
        assertThat(fruits().combineByKey(v -> "" + v, (a, v) -> a + v, String::concat)
                        .lookup("fig"))
                .containsExactly("333");
    }

    @Test
    void lookupComputesOnePartitionWhereItKnowsWhich() {
        Keyed<String, Integer> sums = fruits().reduceByKey(Integer::sum);
        assertThat(sums.lookup("fig")).containsExactly(9);
        assertThat(FakeEngine.of(session).jobs.get(0).partitions()).hasSize(1);
        assertThat(fruits().lookup("nut")).isEmpty();
        assertThat(FakeEngine.of(session).jobs.get(1).partitions()).hasSize(3);
    }

    @Test
    void joinsMultiplyDuplicatesAndReadMissingSidesAsEmpty() {
        Keyed<String, Integer> left = session.parallelize(List.of(Pair.of("a", 1), Pair.of("a", 2), Pair.of("b", 3)), 2)
                .mapToPair(pair -> pair);
        Keyed<String, String> right =
                Keyed.of(session.parallelize(List.of(Pair.of("a", "x"), Pair.of("a", "y"), Pair.of("c", "z")), 2));
        assertThat(left.join(right).collect())
                .containsExactlyInAnyOrder(
                        Pair.of("a", Pair.of(1, "x")),
                        Pair.of("a", Pair.of(1, "y")),
                        Pair.of("a", Pair.of(2, "x")),
                        Pair.of("a", Pair.of(2, "y")));
        assertThat(left.leftOuterJoin(right).lookup("b")).containsExactly(Pair.of(3, Optional.empty()));
        assertThat(left.rightOuterJoin(right).lookup("c")).containsExactly(Pair.of(Optional.empty(), "z"));
        assertThat(left.fullOuterJoin(right).count()).isEqualTo(6);
        assertThat(left.cogroup(right).lookup("a")).containsExactly(Pair.of(List.of(1, 2), List.of("x", "y")));
    }

    @Test
    void coPartitionedInputsJoinWithoutAShuffle() {
        Keyed<String, Integer> sums = fruits().reduceByKey(Integer::sum);
        int before = FakeEngine.of(session).shuffles.size();
        Keyed<String, Pair<Integer, Integer>> joined = sums.join(sums.mapValues(sum -> -sum));
        assertThat(FakeEngine.of(session).shuffles).hasSize(before);
        assertThat(joined.lookup("fig")).containsExactly(Pair.of(9, -9));
        Keyed<String, Pair<Integer, Integer>> mixed = sums.join(fruits());
        assertThat(FakeEngine.of(session).shuffles).hasSize(before + 1);
        List<Dependency> inputs =
                mixed.rows().lineage().dependencies().get(0).parent().dependencies();
        assertThat(inputs.get(0)).isInstanceOf(Dependency.Narrow.class);
        assertThat(inputs.get(1)).isInstanceOf(ShuffleDependency.class);
        assertThat(mixed.partitioner()).isEqualTo(sums.partitioner());
    }

    @Test
    void aSmallPartitionerIsNotReusedForAMuchWiderInput() {
        Keyed<Long, Long> narrow = session.range(0, 10, 1, 2).keyBy(n -> n).reduceByKey(Long::sum);
        Keyed<Long, Long> wide = session.range(0, 10, 1, 20).keyBy(n -> n);
        assertThat(narrow.join(wide).partitionCount()).isEqualTo(20);
        assertThat(narrow.join(session.range(0, 10, 1, 19).keyBy(n -> n)).partitionCount())
                .isEqualTo(2);
    }

    @Test
    void unionPutsPartitionsSideBySideOrOverOneAnotherWhenPartitionedAlike() {
        Dataset<Long> three = session.range(0, 3, 1, 3);
        assertThat(three.union(session.range(3, 5, 1, 2), three).partitionCount())
                .isEqualTo(8);
        assertThat(three.union(session.range(3, 5, 1, 2)).collect()).containsExactly(0L, 1L, 2L, 3L, 4L);
        Keyed<Long, Long> keyed = three.keyBy(n -> n).partitionBy(new HashPartitioner(2));
        Keyed<Long, Long> both = keyed.union(keyed.mapValues(n -> -n));
        assertThat(both.partitioner()).contains(new HashPartitioner(2));
        assertThat(both.partitionCount()).isEqualTo(2);
        assertThat(both.reduceByKey(Long::sum).values().collect())
                .containsOnly(0L)
                .hasSize(3);
    }

    @Test
    void distinctShufflesOnlyWhereEqualRowsMayLieApart() {
        Dataset<String> words = session.parallelize(Arrays.asList("a", "b", null, "a", null), 3);
        assertThat(words.distinct().collect()).containsExactlyInAnyOrder("a", "b", null);
        assertThat(words.distinct(5).partitionCount()).isEqualTo(5);
        Keyed<String, Integer> placed = fruits().partitionBy(new HashPartitioner(2));
        int before = FakeEngine.of(session).shuffles.size();
        assertThat(placed.distinct().partitioner()).isEqualTo(placed.partitioner());
        assertThat(placed.distinct().count()).isEqualTo(3);
        assertThat(FakeEngine.of(session).shuffles).hasSize(before);
    }

    @Test
    void coalesceNeverGrowsAndRepartitionDealsEvenly() {
        Dataset<Long> rows = session.range(0, 100, 1, 10);
        assertThat(rows.coalesce(20)).isSameAs(rows);
        assertThat(rows.coalesce(3).collect()).isEqualTo(rows.collect());
        assertThat(rows.coalesce(3).partitionCount()).isEqualTo(3);
        List<Long> sizes = rows.repartition(4)
                .mapPartitions(in -> {
                    long count = 0;
                    while (in.hasNext()) {
                        in.next();
                        count++;
                    }
                    return List.of(count).iterator();
                })
                .collect();
        assertThat(sizes).hasSize(4).allSatisfy(size -> assertThat(size).isBetween(15L, 35L));
    }

    @Test
    void sortsTheSameAsAListForManySeeds() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Integer> rows = random.ints(200, 0, 60).boxed().toList();
            List<Integer> expected = new ArrayList<>(rows);
            Collections.sort(expected);
            Dataset<Integer> data = session.parallelize(rows, 1 + random.nextInt(6));
            assertThat(data.sortBy(n -> n).collect()).as("seed %d", seed).isEqualTo(expected);
            Collections.reverse(expected);
            assertThat(data.sortBy(n -> n, false, 5).collect())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(data.sortWith((a, b) -> Integer.compare(b, a)).collect())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void samplesOnceWhenBalancedAndTwiceWhenAPartitionIsCrowded() {
        FakeEngine engine = FakeEngine.of(session);
        Dataset<Long> even = session.range(0, 100_000, 1, 4).sortBy(n -> -n);
        assertThat(engine.jobs).hasSize(1);
        assertThat(even.partitionCount()).isEqualTo(4);
        Dataset<Long> crowded = session.range(0, 4, 1, 20).union(session.range(0, 100_000, 1, 1));
        int before = engine.jobs.size();
        Dataset<Long> sorted = crowded.sortBy(n -> n, true, 4);
        assertThat(engine.jobs).hasSize(before + 2);
        assertThat(engine.jobs.get(before + 1).partitions()).containsExactly(20);
        List<Long> sizes = sorted.mapPartitions(in -> {
                    long[] count = new long[1];
                    in.forEachRemaining(row -> count[0]++);
                    return LongStream.of(count).boxed().iterator();
                })
                .collect();
        assertThat(sizes).hasSize(4).allSatisfy(size -> assertThat(size).isBetween(15_000L, 35_000L));
    }

    @Test
    void sortingFewKeysGivesFewPartitionsAndNoneGivesOne() {
        assertThat(session.parallelize(List.of(7, 7, 7, 7), 2)
                        .sortBy(n -> n, true, 8)
                        .partitionCount())
                .isLessThanOrEqualTo(2);
        Dataset<Integer> none = session.parallelize(List.<Integer>of(), 3).sortBy(n -> n);
        assertThat(none.partitionCount()).isEqualTo(1);
        assertThat(none.collect()).isEmpty();
    }

    @Test
    void sortsByteArraysUnsignedAndRefusesToHashThem() {
        Keyed<byte[], Integer> keyed =
                session.parallelize(List.of(200, 5, 100), 2).keyBy(n -> new byte[] {n.byteValue()});
        assertThat(keyed.sortByKey().values().collect()).containsExactly(5, 100, 200);
        assertThat(keyed.sortByKey(false).values().collect()).containsExactly(200, 100, 5);
        assertThatThrownBy(() -> keyed.reduceByKey(Integer::sum))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a key of type byte[] cannot be hashed");
        Keyed<double[], Integer> doubles = session.parallelize(List.of(1, 2), 2).keyBy(n -> new double[] {n});
        assertThatThrownBy(() -> doubles.groupByKey())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a key of type double[] cannot be hashed");
    }

    @Test
    void aKeyWithoutAnOrderIsNamedWhereTheSortIsDefined() {
        Dataset<Object> rows = session.parallelize(List.of(new int[] {1}, new int[] {2}), 2);
        assertThatThrownBy(() -> rows.sortBy(row -> row)).hasMessageContaining("values of [I have no natural order");
    }

    @Test
    void takeLooksAtFewPartitionsFirst() {
        Dataset<Long> rows = session.range(0, 100, 1, 50).filter(n -> n >= 20);
        assertThat(rows.take(3)).containsExactly(20L, 21L, 22L);
        assertThat(FakeEngine.of(session).jobs.stream().map(job -> job.partitions().length))
                .containsExactly(1, 4, 20);
        assertThat(rows.take(0)).isEmpty();
        assertThat(rows.take(1000)).hasSize(80);
        assertThat(rows.first()).isEqualTo(20);
        assertThat(rows.isEmpty()).isFalse();
    }

    @Test
    void actionsOnNoRowsSaySo() {
        Dataset<Long> none = session.range(0);
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.fold(5L, Long::sum)).isEqualTo(25);
        assertThat(none.top(3)).isEmpty();
        assertThatThrownBy(() -> none.reduce(Long::sum))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageMatching("reduce at OperatorsTest.*: the dataset has no rows");
        assertThatThrownBy(none::first).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> none.max(Long::compare)).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void mergesResultsInTheOrderOfPartitionsHoweverTheyEnd() {
        Dataset<String> letters = session.parallelize(List.of("a", "b", "c", "d", "e"), 4);
        assertThat(letters.reduce(String::concat)).isEqualTo("abcde");
        assertThat(letters.fold("", String::concat)).isEqualTo("abcde");
        assertThat(letters.aggregate(
                                new StringBuilder(),
                                (text, letter) -> text.append(letter),
                                (left, right) -> left.append(right))
                        .toString())
                .isEqualTo("abcde");
        assertThat(letters.top(2)).containsExactly("e", "d");
        assertThat(letters.min(String::compareTo)).isEqualTo("a");
    }

    @Test
    void datasetsWithoutPartitionsWorkEverywhere(@TempDir Path folder) {
        Dataset<String> none = session.textFile(folder.toString());
        assertThat(none.partitionCount()).isZero();
        assertThat(none.collect()).isEmpty();
        assertThat(none.distinct().collect()).isEmpty();
        assertThat(none.sortBy(line -> line).collect()).isEmpty();
        assertThat(none.union(session.parallelize(List.of("x"), 1)).collect()).containsExactly("x");
        assertThat(none.keyBy(String::length)
                        .join(Keyed.of(fruits().rows().map(pair -> Pair.of(pair.value(), pair.key()))))
                        .collect())
                .isEmpty();
        assertThat(none.coalesce(3).repartition(2).count()).isZero();
        none.saveAsTextFile(folder.resolve("out").toString());
        assertThat(folder.resolve("out/_SUCCESS")).isEmptyFile();
    }

    @Test
    void aStorageLevelIsSetOnceUntilItIsDropped() {
        Dataset<Long> rows = session.range(3).cache();
        assertThat(rows.cache().storageLevel()).isEqualTo(StorageLevel.MEMORY_ONLY);
        assertThatThrownBy(() -> rows.persist(StorageLevel.DISK_ONLY)).hasMessageContaining("call unpersist() before");
        rows.unpersist().persist(StorageLevel.DISK_ONLY);
        assertThat(FakeEngine.of(session).unpersisted).containsExactly(rows.lineage());
    }

    @Test
    void datasetsOfTwoSessionsDoNotMix() {
        Dataset<Long> old = session.range(3);
        session.close();
        try (Session other = Session.builder().master("fake[4]").create()) {
            assertThatThrownBy(() -> other.range(3).union(old)).hasMessageContaining("belong to different sessions");
        }
    }
}
