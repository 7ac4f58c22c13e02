package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.exec.task.UserLine;
import dev.quiver.function.MapFunction;
import dev.quiver.function.ReduceFunction;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PairPart;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.Action;
import dev.quiver.stage.StageSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompiledSegmentTest {
    private static final Action ALL = new Action.Collect(Long.MAX_VALUE);
    private static final PipelineSettings COMPILED = PipelineSettings.DEFAULTS.compileAfterRows(0);
    private static final PipelineSettings INTERPRETED = PipelineSettings.DEFAULTS.compileAfterRows(Long.MAX_VALUE);
    private static final AtomicLong SEEN = new AtomicLong();

    /** A row of several columns, one of them text. */
    record Trade(long id, int symbol, double price, String place, boolean buys, char kind, Integer size) {}

    private static long hash(Object row) {
        return Objects.hashCode(row) * 0x9E3779B97F4A7C15L >>> 13;
    }

    private static Trade trade(long hash) {
        return new Trade(
                hash, (int) hash % 7, hash / 3.0, "p" + hash % 11, hash % 2 == 0, (char) ('a' + hash % 26), (int) hash);
    }

    @Test
    void compiledAndInterpretedChainsAgreeOnRandomData() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            Object interpreted = outcome(seed, INTERPRETED);
            assertThat(outcome(seed, COMPILED)).as("seed %d", seed).isEqualTo(interpreted);
        }
    }

    @Test
    void aFunctionThatComparesReferencesSeesTheBoxesThatTheInterpreterGivesIt() throws Exception {
        for (PipelineSettings settings : List.of(COMPILED, INTERPRETED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage small =
                    stages.filter(stages.range(0, 20_000, 1, 1), row -> row == (Object) Long.valueOf((Long) row));
            assertThat(stages.run(small, new Action.Count(), 0)).isEqualTo(128L);
        }
    }

    @Test
    void aPartOfAPairIsReadAloneAndIsTheRightOne() throws Exception {
        List<Object> rows = new ArrayList<>();
        for (long row = 0; row < 3000; row++) {
            rows.add(new Pair<>("k" + row % 50, new Pair<>(row, row * 0.5)));
        }
        for (PipelineSettings settings : List.of(COMPILED, INTERPRETED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage pairs = stages.collection(List.of(rows));
            for (PairPart part : PairPart.values()) {
                Lineage parts = stages.narrow(pairs, new Op.Map(part));
                assertThat(stages.run(parts, ALL, 0))
                        .isEqualTo(rows.stream().map(part::call).toList());
                assertThat(stages.run(parts, new Action.Count(), 0)).isEqualTo(3000L);
                Lineage hashes = stages.map(parts, CompiledSegmentTest::hash);
                assertThat(stages.run(hashes, new Action.Reduce((left, right) -> (Long) left * 31 + (Long) right), 0))
                        .isEqualTo(rows.stream()
                                .map(row -> hash(part.call(row)))
                                .reduce((left, right) -> left * 31 + right)
                                .map(List::of)
                                .orElseThrow());
            }
        }
    }

    private static Object outcome(int seed, PipelineSettings settings) throws Exception {
        Random random = new Random(seed);
        Stages stages = new Stages();
        stages.settings = settings;
        Lineage lineage = source(stages, random);
        int length = random.nextInt(6);
        for (int op = 0; op < length; op++) {
            lineage = step(stages, lineage, random);
        }
        return switch (random.nextInt(7)) {
            case 0 -> stages.run(lineage, new Action.Count(), 0);
            case 1 ->
                stages.run(
                        stages.map(lineage, CompiledSegmentTest::hash),
                        new Action.Reduce((left, right) -> (Long) left * 31 + (Long) right),
                        0);
            case 2 ->
                stages.run(
                        lineage,
                        new Action.Reduce((left, right) ->
                                hash(right) % 1000 == 0 ? "mixed" + hash(left) : (Object) (hash(left) ^ hash(right))),
                        0);
            case 3 ->
                stages.run(
                        lineage,
                        new Action.Fold(
                                List.of(1L, 2, 0.5, "").get(random.nextInt(4)),
                                (left, right) -> left instanceof Long number
                                        ? number + hash(right)
                                        : left instanceof Integer number
                                                ? number ^ Objects.hashCode(right)
                                                : left instanceof Double number
                                                        ? number / 2 + hash(right)
                                                        : "f" + hash(left) % 100 + hash(right)),
                        0);
            case 4 -> {
                SEEN.set(0);
                stages.run(lineage, new Action.ForEach(row -> SEEN.addAndGet(hash(row))), 0);
                yield SEEN.get();
            }
            case 5 -> stages.collect(lineage);
            default -> shuffled(stages, lineage, random);
        };
    }

    private static Object shuffled(Stages stages, Lineage rows, Random random) throws Exception {
        Lineage pairs = random.nextBoolean()
                ? stages.map(rows, row -> Pair.of(hash(row) % 500, hash(row)))
                : random.nextBoolean()
                        ? stages.map(rows, row -> Pair.of("k" + hash(row) % 500, (int) hash(row)))
                        : stages.map(rows, row -> Pair.of(hash(row) % 100, trade(hash(row))));
        boolean merges = random.nextBoolean();
        ReduceFunction<Object> smaller = (left, right) -> hash(left) <= hash(right) ? left : right;
        Lineage read = merges
                ? stages.aggregate(pairs, new HashPartitioner(3), new Aggregation.Reduce(smaller))
                : stages.read(stages.shuffle(pairs, new HashPartitioner(3), true, null), new ReadSide.AsIs());
        stages.prepare(read);
        List<List<String>> partitions = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            partitions.add(((List<?>) stages.run(read, ALL, partition))
                    .stream().map(String::valueOf).sorted().toList());
        }
        return partitions;
    }

    private static Lineage source(Stages stages, Random random) {
        int rows = random.nextInt(10) == 0 ? random.nextInt(3) : 2000 + random.nextInt(8000);
        return switch (random.nextInt(9)) {
            case 0, 1 -> stages.range(random.nextInt(1000), random.nextInt(1000) + 3L * rows, 3, 1);
            case 2 -> stages.range(Long.MAX_VALUE, Long.MAX_VALUE - 5L * rows, -5, 1);
            case 3 -> collection(stages, rows, row -> random.nextInt());
            case 4 -> collection(stages, rows, row -> random.nextGaussian());
            case 5 -> collection(stages, rows, row -> "text \u00e4\ud83d\ude00 " + random.nextInt(1000));
            case 6 -> collection(stages, rows, row -> Pair.of((long) row % 10, "v" + row));
            case 7 -> collection(stages, rows, row -> trade(random.nextInt(100_000)));
            default ->
                collection(
                        stages,
                        rows,
                        row -> random.nextInt(3) == 0 ? null : random.nextBoolean() ? (Object) "s" : random.nextLong());
        };
    }

    private static Lineage collection(Stages stages, int rows, MapFunction<Integer, Object> maker) {
        List<Object> slice = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            try {
                slice.add(maker.call(row));
            } catch (Exception impossible) {
                throw new AssertionError(impossible);
            }
        }
        return stages.collection(List.of(slice));
    }

    private static Lineage step(Stages stages, Lineage lineage, Random random) {
        int captured = random.nextInt(1000);
        return switch (random.nextInt(14)) {
            case 0 -> stages.map(lineage, row -> hash(row) * 3 + 1);
            case 1 -> stages.map(lineage, row -> hash(row) ^ captured);
            case 2 -> stages.map(lineage, row -> (int) hash(row));
            case 3 -> stages.map(lineage, row -> hash(row) / 7.0);
            case 4 -> stages.map(lineage, row -> "s" + hash(row) % 1000);
            case 5 -> stages.map(lineage, row -> hash(row) % 10 == 0 ? null : row);
            case 6 -> stages.map(lineage, row -> trade(hash(row)));
            case 7 -> stages.filter(lineage, row -> hash(row) % 3 != 0);
            case 8 -> stages.filter(lineage, row -> hash(row) % 1000 != captured);
            case 9 -> stages.narrow(lineage, new Op.KeyBy(row -> hash(row) % 17));
            case 10 ->
                stages.narrow(
                        stages.narrow(lineage, new Op.KeyBy(row -> hash(row) % 17)),
                        new Op.MapValues(row -> hash(row) + captured));
            case 11 -> stages.flatMap(lineage, row -> Collections.nCopies((int) (hash(row) % 3), row));
            case 12 -> stages.flatMap(lineage, row -> Arrays.asList(row, hash(row)));
            default -> stages.map(lineage, row -> hash(row) % 2 == 0 ? (Object) "even" : (Object) hash(row));
        };
    }

    @Test
    void aRowOfAnotherShapeGoesToTheShuffleInItsPlace() throws Exception {
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage mixed = stages.map(
                    stages.range(0, 20_000, 1, 1),
                    row -> Pair.of(
                            (Long) row % 50,
                            (Long) row == 9000
                                    ? "text"
                                    : (Long) row == 9001
                                            ? null
                                            : (Long) row > 15_000 && (Long) row % 2 == 0 ? (Object) 0.5 : row));
            Lineage read = stages.read(stages.shuffle(mixed, new HashPartitioner(2), true, null), new ReadSide.AsIs());
            List<Object> rows = stages.collect(read);
            assertThat(rows).hasSize(20_000).contains(Pair.of(0L, "text"), Pair.of(1L, null));
            assertThat(rows.stream().filter(row -> Double.valueOf(0.5).equals(Stages.value(row))))
                    .hasSize(2499 + 1 - (15_000 % 2 == 0 ? 1 : 0));
        }
    }

    @Test
    void rowsDealtInTurnGoToTheSamePartitionsEitherWay() throws Exception {
        List<List<Object>> outcomes = new ArrayList<>();
        for (PipelineSettings settings : List.of(INTERPRETED, COMPILED)) {
            Stages stages = new Stages();
            stages.settings = settings;
            Lineage rows = stages.map(stages.range(0, 10_000, 1, 1), row -> (Long) row * 2);
            ShuffleDependency shuffle = stages.shuffle(rows, new RoundRobin(3), false, null);
            outcomes.add(stages.collect(stages.read(shuffle, new ReadSide.AsIs())));
        }
        assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
    }

    @Test
    void aSumThatTurnsIntoTextStaysRight() throws Exception {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        Lineage rows = stages.map(stages.range(0, 10_000, 1, 1), row -> (Long) row == 7000 ? (Object) "x" : row);
        Object merged = stages.run(
                rows,
                new Action.Reduce((left, right) -> left instanceof Long one && right instanceof Long two
                        ? (Object) (one + two)
                        : ("" + left).substring(0, Math.min(20, ("" + left).length())) + ("" + right).length()),
                0);
        stages.settings = INTERPRETED;
        Object expected = stages.run(
                rows,
                new Action.Reduce((left, right) -> left instanceof Long one && right instanceof Long two
                        ? (Object) (one + two)
                        : ("" + left).substring(0, Math.min(20, ("" + left).length())) + ("" + right).length()),
                0);
        assertThat(merged).isEqualTo(expected);
    }

    @Test
    void whatUserCodeThrowsComesOutUntouchedWithItsLine() {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        Lineage rows = stages.map(stages.range(0, 10_000, 1, 1), row -> {
            if ((Long) row == 8765) {
                throw new java.io.IOException("row " + row);
            }
            return row;
        });
        assertThatThrownBy(() -> stages.run(rows, new Action.Count(), 0))
                .isExactlyInstanceOf(java.io.IOException.class)
                .hasMessage("row 8765")
                .satisfies(thrown -> assertThat(UserLine.of(thrown)).startsWith("CompiledSegmentTest."));
    }

    @Test
    void aKilledTaskStopsInsideAnEndlessFlatMap() {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        AtomicInteger closed = new AtomicInteger();
        Lineage rows = stages.flatMap(stages.range(0, 5, 1, 1), row -> new Endless(closed));
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        AtomicInteger looks = new AtomicInteger();
        services.killed = () -> looks.incrementAndGet() > 10;
        assertThatThrownBy(() -> stages.run(rows, new Action.Count(), services)).isInstanceOf(TaskKilled.class);
        assertThat(closed).hasValue(1);
    }

    /** Zeros without end; must be closed. */
    private record Endless(AtomicInteger closed) implements Iterable<Integer>, AutoCloseable {
        @Override
        public Iterator<Integer> iterator() {
            return IntStream.iterate(0, value -> 0).iterator();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void resultsOfAFlatMapAreClosedRowByRow() throws Exception {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Lineage rows = stages.flatMap(stages.range(0, 3000, 1, 1), row -> new Closing(open, most));
        assertThat(stages.run(rows, new Action.Count(), 0)).isEqualTo(6000L);
        assertThat(open).hasValue(0);
        assertThat(most).hasValue(1);
    }

    /** Two rows; counts how many of its kind are open. */
    private record Closing(AtomicInteger open, AtomicInteger most) implements Iterable<Integer>, AutoCloseable {
        @Override
        public Iterator<Integer> iterator() {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            return List.of(1, 2).iterator();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @Test
    void aFlatMapThatReturnsNullIsNamed() {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        Lineage rows = stages.flatMap(stages.range(0, 10, 1, 1), row -> null);
        assertThatThrownBy(() -> stages.run(rows, new Action.Count(), 0))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("flatMap returned null");
    }

    @Test
    void capturedValuesBelongToTheirJob() throws Exception {
        Stages stages = new Stages();
        stages.settings = COMPILED;
        for (long added = 0; added < 5; added++) {
            long captured = added;
            Lineage rows = stages.map(stages.range(0, 5000, 1, 1), row -> captured);
            assertThat(stages.run(rows, new Action.Reduce((left, right) -> (Long) left + (Long) right), 0))
                    .isEqualTo(List.of(5000 * added));
        }
    }

    @Test
    void chainsOfThousandsOfOperatorsRunCompiled() throws Exception {
        for (int length : new int[] {39, 41, 2000, 7999, 9000}) {
            Stages stages = new Stages();
            stages.settings = COMPILED;
            Lineage rows = stages.range(0, 3000, 1, 1);
            for (int op = 0; op < length; op++) {
                rows = op % 100 == 99
                        ? stages.filter(rows, row -> (Long) row != 150)
                        : stages.map(rows, row -> (Long) row + 1);
            }
            Object compiled = stages.run(rows, new Action.Count(), 0);
            stages.settings = INTERPRETED;
            assertThat(compiled).as("length %d", length).isEqualTo(stages.run(rows, new Action.Count(), 0));
        }
    }

    @Test
    void tasksOfManyThreadsShareAStage() throws Exception {
        Stages stages = new Stages();
        stages.settings = PipelineSettings.DEFAULTS;
        Lineage rows = stages.map(stages.range(0, 800_000, 1, 8), row -> (Long) row * 2);
        StageProgram program = stages.program(
                rows, new StageSink.Produce(new Action.Reduce((left, right) -> (Long) left + (Long) right)));
        List<Long> sums = IntStream.range(0, 8)
                .parallel()
                .mapToObj(partition -> {
                    try {
                        TaskProduct product =
                                program.run(partition, new FakeServices(new FakeServices.Cluster(), partition, 0));
                        return (Long) ((List<?>) stages.serializer.read(((TaskProduct.Value) product).bytes())).get(0);
                    } catch (Exception failure) {
                        throw new AssertionError(failure);
                    }
                })
                .collect(Collectors.toList());
        assertThat(sums.stream().mapToLong(Long::longValue).sum()).isEqualTo(799_999L * 800_000);
    }
}
