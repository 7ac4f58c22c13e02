package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.StorageLevel;
import dev.quiver.UsageException;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.exec.task.UserLine;
import dev.quiver.function.RowComparator;
import dev.quiver.id.BlockId;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StageProgramTest {
    private static final Action ALL = new Action.Collect(Long.MAX_VALUE);

    private final Stages stages = new Stages();

    @Test
    void rowOperatorsAgreeWithStreams() throws Exception {
        Lineage lineage = stages.range(0, 5000, 1, 3);
        lineage = stages.map(lineage, row -> (long) row * 3);
        lineage = stages.filter(lineage, row -> (long) row % 2 == 0);
        lineage = stages.narrow(lineage, new Op.KeyBy(row -> (long) row % 10));
        lineage = stages.narrow(lineage, new Op.MapValues(row -> "v" + row));
        lineage = stages.flatMap(lineage, row -> List.of(row, row));
        List<Object> expected = LongStream.range(0, 5000)
                .map(row -> row * 3)
                .filter(row -> row % 2 == 0)
                .mapToObj(row -> (Object) Pair.of(row % 10, "v" + row))
                .flatMap(row -> Stream.of(row, row))
                .toList();
        assertThat(stages.collect(lineage)).isEqualTo(expected);
    }

    @Test
    void aFilterThatKeepsNothingAndEmptyPartitionsGiveNoRows() throws Exception {
        assertThat(stages.collect(stages.filter(stages.range(0, 100_000, 1, 2), row -> false)))
                .isEmpty();
        assertThat(stages.collect(stages.range(0, 0, 1, 4))).isEmpty();
        assertThat(stages.collect(stages.collection(List.of(List.of(), List.of("only"), List.of()))))
                .containsExactly("only");
    }

    @Test
    void rangesAreRightAtTheEdgesOfLong() throws Exception {
        assertThat(stages.collect(stages.range(10, 0, -3, 3))).containsExactly(10L, 7L, 4L, 1L);
        assertThat(stages.collect(stages.range(0, 10, 3, 7))).containsExactly(0L, 3L, 6L, 9L);
        assertThat(stages.collect(stages.range(5, 5, -1, 2))).isEmpty();
        assertThat(stages.collect(stages.range(0, 5, -1, 2))).isEmpty();
        assertThat(stages.collect(stages.range(Long.MAX_VALUE - 2, Long.MAX_VALUE, 1, 3)))
                .containsExactly(Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
        assertThat(stages.collect(stages.range(Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 2)))
                .containsExactly(Long.MIN_VALUE, -1L, Long.MAX_VALUE - 1);
        assertThat(stages.collect(stages.range(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, 2)))
                .containsExactly(Long.MAX_VALUE, -1L);
        Lineage all = stages.range(Long.MIN_VALUE, Long.MAX_VALUE, 1, 4);
        assertThat(stages.run(all, new Action.Collect(2), 2)).isEqualTo(List.of(-1L, 0L));
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            long start = random.nextInt(200) - 100;
            long end = random.nextInt(200) - 100;
            long step = random.nextInt(9) + 1;
            step = random.nextBoolean() ? step : -step;
            List<Object> expected = new ArrayList<>();
            for (long value = start; step > 0 ? value < end : value > end; value += step) {
                expected.add(value);
            }
            assertThat(stages.collect(stages.range(start, end, step, 1 + random.nextInt(8))))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aChainOfThousandsOfMapsUsesNoStack() throws Exception {
        Lineage lineage = stages.range(0, 10, 1, 1);
        for (int depth = 0; depth < 5000; depth++) {
            lineage = stages.map(lineage, row -> (long) row + 1);
        }
        Lineage root = lineage;
        List<Object> rows = new ArrayList<>();
        Thread small = new Thread(null, () -> rows.addAll(collected(root)), "small stack", 256 << 10);
        small.start();
        small.join();
        assertThat(rows).hasSize(10).startsWith(5000L);
    }

    private List<?> collected(Lineage lineage) {
        try {
            return (List<?>) stages.run(lineage, ALL, 0);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void takingFromAnEndlessFlatMapEndsAndClosesWhatTheFunctionGave() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        AtomicInteger pulled = new AtomicInteger();
        Lineage endless = stages.flatMap(stages.range(0, 1_000_000, 1, 1), row -> endless(row, pulled, closed));
        assertThat(stages.run(endless, new Action.Collect(5), 0)).isEqualTo(List.of(0L, 0L, 0L, 0L, 0L));
        assertThat(pulled).hasValue(5);
        assertThat(closed).hasValue(1);
        assertThat(stages.run(stages.filter(endless, row -> true), new Action.Collect(0), 0))
                .isEqualTo(List.of());
    }

    private static Iterable<Object> endless(Object row, AtomicInteger pulled, AtomicInteger closed) {
        return new ClosingIterable() {
            @Override
            public Iterator<Object> iterator() {
                return Stream.generate(() -> {
                            pulled.incrementAndGet();
                            return row;
                        })
                        .iterator();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    private interface ClosingIterable extends Iterable<Object>, AutoCloseable {
        @Override
        void close();
    }

    @Test
    void mapPartitionsIsLazyAndKnowsItsPartition() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Lineage source = stages.map(stages.range(0, 100_000, 1, 2), row -> {
            seen.incrementAndGet();
            return row;
        });
        Lineage mapped = stages.mapPartitions(source, (partition, rows) -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Object next() {
                return partition + ":" + rows.next();
            }
        });
        assertThat(stages.run(mapped, new Action.Collect(2), 1)).isEqualTo(List.of("1:50000", "1:50001"));
        assertThat(seen.get()).isLessThan(100);
        assertThat(stages.collect(mapped)).hasSize(100_000).contains("0:49999", "1:99999");
        assertThat(stages.collect(stages.mapPartitions(
                        mapped, (partition, rows) -> List.of(partition).iterator())))
                .containsExactly(0, 1);
    }

    @Test
    void unionsAndCoalescesReadThePartitionsTheyShould() throws Exception {
        Lineage left = stages.range(0, 10, 1, 3);
        Lineage right = stages.range(100, 105, 1, 2);
        Lineage union = stages.node(
                new Op.Concatenate(),
                5,
                new Dependency.Narrow(left, new PartitionMapping.Branch(0, 3)),
                new Dependency.Narrow(right, new PartitionMapping.Branch(3, 2)));
        Lineage mapped = stages.map(union, row -> (long) row + 1);
        assertThat(stages.collect(mapped))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 101L, 102L, 103L, 104L, 105L);
        Lineage coalesced =
                stages.node(new Op.Concatenate(), 2, new Dependency.Narrow(mapped, new PartitionMapping.Grouped(5, 2)));
        assertThat(stages.collect(coalesced)).isEqualTo(stages.collect(mapped));
        assertThat((List<?>) stages.run(coalesced, ALL, 0)).hasSize(6);
    }

    @Test
    void aLoopOfUnionsUsesNoStack() throws Exception {
        Lineage union = stages.range(0, 1, 1, 1);
        for (int depth = 1; depth <= 3000; depth++) {
            union = stages.node(
                    new Op.Concatenate(),
                    depth + 1,
                    new Dependency.Narrow(union, new PartitionMapping.Branch(0, depth)),
                    new Dependency.Narrow(stages.range(depth, depth + 1, 1, 1), new PartitionMapping.Branch(depth, 1)));
        }
        Lineage root = union;
        List<Object> rows = new ArrayList<>();
        Thread small = new Thread(null, () -> rows.addAll(collected(root)), "small stack", 256 << 10);
        small.start();
        small.join();
        assertThat(rows).containsExactly(0L);
        assertThat(stages.run(root, ALL, 3000)).isEqualTo(List.of(3000L));
    }

    @Test
    void oneProgramServesManyTasksAtOnce() throws Exception {
        Lineage lineage = stages.flatMap(stages.map(stages.range(0, 80_000, 1, 8), row -> (long) row + 1), List::of);
        StageProgram program = stages.program(lineage, new StageSink.Produce(new Action.Count()));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<TaskProduct>> products = new ArrayList<>();
            for (int partition = 0; partition < 8; partition++) {
                FakeServices services = new FakeServices(stages.cluster, partition, 0);
                products.add(threads.submit(() -> program.run(services.attempt.partition(), services)));
            }
            for (Future<TaskProduct> product : products) {
                assertThat(stages.serializer.read(((TaskProduct.Value) product.get()).bytes()))
                        .isEqualTo(10_000L);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatCannotBeClosedWellFailsTheTask() {
        IOException refused = new IOException("close");
        Lineage rows = stages.flatMap(stages.range(0, 2, 1, 1), row -> new RefusingIterable(refused));
        assertThatThrownBy(() -> stages.collect(rows)).isSameAs(refused);
    }

    private record RefusingIterable(IOException refused) implements Iterable<Object>, AutoCloseable {
        @Override
        public Iterator<Object> iterator() {
            return List.<Object>of(1).iterator();
        }

        @Override
        public void close() throws IOException {
            throw refused;
        }
    }

    @Test
    void reducingByKeyAgreesWithAMapWhateverTheBounds() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Map<Object, Object> expected = new HashMap<>();
            List<List<Object>> slices = new ArrayList<>();
            for (int slice = 0; slice < 3; slice++) {
                List<Object> rows = new ArrayList<>();
                for (int row = random.nextInt(3000); row > 0; row--) {
                    Object key = random.nextInt(50) == 0
                            ? null
                            : seed % 2 == 0 ? "k" + random.nextInt(500) : (Object) random.nextLong(100);
                    rows.add(Pair.of(key, 1L));
                    expected.merge(key, 1L, (one, other) -> (long) one + (long) other);
                }
                slices.add(rows);
            }
            stages.settings = new PipelineSettings(1 + random.nextInt(5000), 1 + random.nextInt(300), 1000);
            Lineage counted = stages.aggregate(
                    stages.collection(slices),
                    new HashPartitioner(1 + random.nextInt(7)),
                    new Aggregation.Reduce((one, other) -> (long) one + (long) other));
            Map<Object, Object> actual = new HashMap<>();
            stages.collect(counted)
                    .forEach(pair -> assertThat(actual.put(Stages.key(pair), Stages.value(pair)))
                            .isNull());
            assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void combinersStartFromValuesAndMergeAccumulatorsOnlyWhenTheMapSideCombined() throws Exception {
        for (boolean mapSide : new boolean[] {true, false}) {
            AtomicInteger merges = new AtomicInteger();
            Aggregation average = new Aggregation.Combine(
                    value -> Pair.of((long) value, 1L),
                    (sum, value) -> Pair.of(
                            (long) ((Pair<?, ?>) sum).key() + (long) value, (long) ((Pair<?, ?>) sum).value() + 1),
                    (left, right) -> {
                        merges.incrementAndGet();
                        return Pair.of(
                                (long) ((Pair<?, ?>) left).key() + (long) ((Pair<?, ?>) right).key(),
                                (long) ((Pair<?, ?>) left).value() + (long) ((Pair<?, ?>) right).value());
                    },
                    mapSide);
            Lineage keyed = stages.narrow(stages.range(0, 1000, 1, 4), new Op.KeyBy(row -> (long) row % 3));
            List<Object> rows = stages.collect(stages.aggregate(keyed, new HashPartitioner(2), average));
            assertThat(rows)
                    .containsExactlyInAnyOrder(
                            Pair.of(0L, Pair.of(166_833L, 334L)),
                            Pair.of(1L, Pair.of(166_167L, 333L)),
                            Pair.of(2L, Pair.of(166_500L, 333L)));
            assertThat(merges.get() > 0).isEqualTo(mapSide);
        }
    }

    @Test
    void groupingKeepsEveryValueNullsIncluded() throws Exception {
        Lineage pairs = stages.collection(List.of(
                Arrays.asList(Pair.of("a", 1), Pair.of("b", null), Pair.of(null, 3)), List.of(Pair.of("a", 4))));
        List<Object> rows = stages.collect(stages.aggregate(pairs, new HashPartitioner(3), new Aggregation.Group()));
        Map<Object, Object> groups = new HashMap<>();
        rows.forEach(row -> groups.put(Stages.key(row), Stages.value(row)));
        assertThat(groups).hasSize(3).containsEntry("a", List.of(1, 4)).containsEntry(null, List.of(3));
        assertThat(groups.get("b")).isEqualTo(Arrays.asList((Object) null));
    }

    @Test
    void sortingIsStableAcrossBatches() throws Exception {
        Lineage keyed = stages.narrow(stages.range(0, 20_000, 1, 3), new Op.KeyBy(row -> (long) row * 7919 % 100));
        ShuffleDependency shuffle = stages.shuffle(keyed, new HashPartitioner(1), true, null);
        Lineage sorted = stages.read(shuffle, new ReadSide.SortedByKey(reversed()));
        List<Object> expected = LongStream.range(0, 20_000)
                .mapToObj(row -> Pair.of(row * 7919 % 100, row))
                .sorted(Comparator.comparing((Pair<Long, Long> pair) -> pair.key())
                        .reversed())
                .collect(Collectors.toList());
        assertThat(stages.collect(sorted)).isEqualTo(expected);
    }

    private static RowComparator<Object> reversed() {
        return (left, right) -> Long.compare((long) right, (long) left);
    }

    @Test
    void cogroupsReadShufflesAndNarrowInputsAlike() throws Exception {
        Lineage left = stages.collection(List.of(List.of(Pair.of(1, "a"), Pair.of(2, "b")), List.of(Pair.of(1, "c"))));
        Lineage right = stages.collection(List.of(List.of(Pair.of(2, "x"), Pair.of(3, "y"))));
        Lineage both = stages.node(
                new Op.CoGroup(2),
                2,
                stages.shuffle(left, new HashPartitioner(2), true, null),
                stages.shuffle(right, new HashPartitioner(2), true, null));
        List<Object> expected = List.of(
                Pair.of(1, List.of(List.of("a", "c"), List.of())),
                Pair.of(2, List.of(List.of("b"), List.of("x"))),
                Pair.of(3, List.of(List.of(), List.of("y"))));
        assertThat(stages.collect(both)).containsExactlyInAnyOrderElementsOf(expected);
        Lineage placed = stages.read(stages.shuffle(left, new HashPartitioner(2), true, null), new ReadSide.AsIs());
        Lineage mixed = stages.node(
                new Op.CoGroup(2),
                2,
                new Dependency.Narrow(placed, PartitionMapping.ONE_TO_ONE),
                stages.shuffle(right, new HashPartitioner(2), true, null));
        assertThat(stages.collect(mixed)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shufflesCarryMixedRowsWholeRowsAndDealThemOutEvenly() throws Exception {
        List<Object> odd = Arrays.asList(1, "two", null, 3.0, List.of(4), Pair.of(5, null), 6L);
        Lineage mixed = stages.collection(List.of(odd, odd));
        List<Object> twice = new ArrayList<>(odd);
        twice.addAll(odd);
        Lineage hashed = stages.read(stages.shuffle(mixed, new HashPartitioner(4), false, null), new ReadSide.AsIs());
        assertThat(stages.collect(hashed)).containsExactlyInAnyOrderElementsOf(twice);
        Lineage dealt = stages.read(
                stages.shuffle(stages.range(0, 1000, 1, 3), new RoundRobin(5), false, null), new ReadSide.AsIs());
        assertThat(stages.collect(dealt)).hasSize(1000).doesNotHaveDuplicates();
        for (int partition = 0; partition < 5; partition++) {
            assertThat((long) stages.run(dealt, new Action.Count(), partition)).isBetween(198L, 202L);
        }
    }

    @Test
    void aPartitionerThatPointsOutsideIsAUsageError() {
        Partitioner wrong = new Partitioner() {
            @Override
            public int partitionCount() {
                return 2;
            }

            @Override
            public int partition(Object key) {
                return 2;
            }
        };
        Lineage rows = stages.range(0, 1, 1, 1);
        assertThatThrownBy(() ->
                        stages.collect(stages.read(stages.shuffle(rows, wrong, false, null), new ReadSide.AsIs())))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("into partition 2");
    }

    @Test
    void keptPartitionsAreStoredOnceCompleteAndReadAfterwards() throws Exception {
        AtomicInteger computed = new AtomicInteger();
        Lineage kept = stages.map(stages.range(0, 5000, 1, 1), row -> {
            computed.incrementAndGet();
            return row;
        });
        kept.persist(StorageLevel.MEMORY_ONLY);
        Lineage reader = stages.map(kept, row -> (long) row + 1);
        BlockId block = new BlockId.CachedPartition(kept.id(), 0);
        stages.run(reader, new Action.Collect(10), 0);
        assertThat(stages.cluster.blocks).doesNotContainKey(block);
        computed.set(0);
        List<Object> first = stages.collect(reader);
        assertThat(stages.cluster.blocks).containsKey(block);
        assertThat(stages.collect(reader)).isEqualTo(first).hasSize(5000);
        assertThat(computed).hasValue(5000);
        Lineage empty = stages.range(0, 0, 1, 1);
        empty.persist(StorageLevel.MEMORY_ONLY);
        assertThat(stages.collect(empty)).isEmpty();
        assertThat(stages.collect(empty)).isEmpty();
    }

    @Test
    void rowsOfABlockThatDoesNotFitGoOnWithoutBeingTakenApart() throws Exception {
        Lineage kept = stages.map(stages.range(0, 500_000, 1, 1), row -> (long) row * 3);
        kept.persist(StorageLevel.MEMORY_ONLY);
        Lineage reader = stages.map(kept, row -> (long) row + 1);
        FakeServices services = stages.services(0);
        services.mostBatchesOfABlock = 1;
        List<?> rows = (List<?>) stages.run(reader, new Action.Collect(Long.MAX_VALUE), services);
        assertThat(rows).hasSize(500_000);
        assertThat(rows.get(499_999)).isEqualTo(499_999L * 3 + 1);
        assertThat(services.blockWrites).as("batches written").isEqualTo(2);
        assertThat(stages.cluster.blocks).doesNotContainKey(new BlockId.CachedPartition(kept.id(), 0));
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void aNodeThatTwoReadersShareIsComputedForEachAndStoredOnce() throws Exception {
        Lineage shared = stages.map(stages.range(0, 3, 1, 1), row -> row);
        shared.persist(StorageLevel.MEMORY_ONLY);
        Lineage twice = stages.node(
                new Op.Concatenate(),
                1,
                new Dependency.Narrow(stages.map(shared, row -> row), PartitionMapping.ONE_TO_ONE),
                new Dependency.Narrow(shared, PartitionMapping.ONE_TO_ONE));
        assertThat(stages.collect(twice)).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
    }

    @Test
    void aMissingSliceOfACollectionSaysWhatToDo() {
        Lineage lost = stages.node(new Op.Collection(1), 1);
        assertThatThrownBy(() -> stages.collect(lost))
                .isInstanceOf(QuiverException.class)
                .hasMessageContaining("slice 0")
                .hasMessageContaining("Define the dataset again");
    }

    @Test
    void whatUserCodeThrowsPassesUntouchedWithItsLine() {
        IOException thrown = new IOException("user");
        Lineage failing = stages.mapPartitions(
                stages.map(stages.range(0, 10, 1, 1), row -> {
                    throw thrown;
                }),
                (partition, rows) -> rows);
        assertThatThrownBy(() -> stages.collect(failing)).isSameAs(thrown);
        assertThat(stages.cluster.open).isZero();
        assertThat(UserLine.of(thrown))
                .startsWith("StageProgramTest.whatUserCodeThrowsPassesUntouchedWithItsLine(StageProgramTest.java:");
        assertThat(UserLine.of(new IllegalStateException())).startsWith("StageProgramTest.");
        IllegalStateException bare = new IllegalStateException();
        bare.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("java.util.List", "get", "List.java", 1),
            new StackTraceElement("dev.quiver.exec.pipeline.FusedCursor", "next", "FusedCursor.java", 2),
            new StackTraceElement("dev.quiver.examples.WordCount", "lambda$main$3", "WordCount.java", 21)
        });
        assertThat(UserLine.of(bare)).isEqualTo("WordCount.main(WordCount.java:21)");
        bare.setStackTrace(new StackTraceElement[0]);
        assertThat(UserLine.of(bare)).isEqualTo("unknown line");
    }

    @Test
    void aKilledTaskStopsEvenWhenNoRowComesOut() {
        Lineage endless = stages.filter(
                stages.flatMap(
                        stages.range(0, 1, 1, 1),
                        row -> () -> Stream.generate(() -> row).iterator()),
                row -> false);
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        AtomicInteger asked = new AtomicInteger();
        services.killed = () -> asked.incrementAndGet() > 100;
        assertThatThrownBy(() -> stages.run(endless, new Action.Count(), services))
                .isInstanceOf(TaskKilled.class);
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void manyReducersWithFewRowsEachAreWrittenOnce() throws Exception {
        Lineage rows = stages.range(0, 4000, 1, 1);
        ShuffleDependency shuffle = stages.shuffle(rows, new HashPartitioner(2000), false, null);
        Lineage read = stages.read(shuffle, new ReadSide.AsIs());
        assertThat(stages.collect(read)).hasSize(4000).doesNotHaveDuplicates();
        assertThat(stages.cluster.shuffles.get(shuffle.id()).values())
                .allSatisfy(batches -> assertThat(batches).hasSize(1));
    }
}
