package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.stage.StageInput;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The hash join gives the rows that grouping both sides and joining the groups gives, in whatever order. */
class JoinTest {
    /** Joins groups the slow and plain way, and says what it does. */
    private enum Kind implements FlatMapFunction<Object, Object>, JoinKind {
        INNER(false, false),
        LEFT(false, true),
        RIGHT(true, false),
        FULL(true, true);

        private final boolean leftOptional;
        private final boolean rightOptional;

        Kind(boolean leftOptional, boolean rightOptional) {
            this.leftOptional = leftOptional;
            this.rightOptional = rightOptional;
        }

        @Override
        public boolean leftOptional() {
            return leftOptional;
        }

        @Override
        public boolean rightOptional() {
            return rightOptional;
        }

        @Override
        public Iterable<?> call(Object row) {
            List<?> groups = (List<?>) Stages.value(row);
            List<Object> joined = new ArrayList<>();
            for (Object left : side((List<?>) groups.get(0), leftOptional)) {
                for (Object right : side((List<?>) groups.get(1), rightOptional)) {
                    joined.add(Pair.of(Stages.key(row), Pair.of(left, right)));
                }
            }
            return joined;
        }

        private static List<?> side(List<?> values, boolean optional) {
            if (!optional) {
                return values;
            }
            return values.isEmpty()
                    ? List.of(Optional.empty())
                    : values.stream().map(Optional::ofNullable).toList();
        }
    }

    private record Point(int x, String name) {}

    private static final int SEEDS = 6;

    private final Stages stages = new Stages();

    @Test
    void longKeysJoinLikeGroups() throws Exception {
        same("dense", random -> (long) random.nextInt(80));
        same("sparse", random -> (random.nextInt(80) - 150) * 0x123456789ABL);
        same(
                "extreme",
                random -> List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, 1L).get(random.nextInt(5)));
        same("one key", random -> 5L);
        same("skew", random -> random.nextInt(3) == 0 ? (long) random.nextInt(1000) : -7L);
        same("all different", random -> random.nextLong());
    }

    @Test
    void intKeysJoinLikeGroups() throws Exception {
        same("ints", random -> random.nextInt(200) - 100);
        same("extreme ints", random -> random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE);
    }

    @Test
    void textKeysJoinLikeGroups() throws Exception {
        same("text", random -> "key" + random.nextInt(80));
        same("long text", random -> "a key longer than a word, " + random.nextInt(100));
        same("slices", random -> Text.of("\u00E4 slice " + random.nextInt(80)));
        same(
                "slices and text",
                random -> random.nextBoolean() ? "k" + random.nextInt(9) : Text.of("k" + random.nextInt(9)));
        same("short text", random -> "\u00E4\uD83D\uDE00".substring(random.nextInt(2) * 3) + random.nextInt(3));
    }

    @Test
    void keysOfManyKindsJoinLikeGroups() throws Exception {
        same("mixed", random -> List.<Object>of(3L, 3, "3", (short) 3, "\uD800").get(random.nextInt(5)));
        same("pairs", random -> Pair.of(random.nextInt(9), "x"));
        same("longs, then few others", random -> random.nextInt(40) == 0 ? "odd" : (Object) (long) random.nextInt(90));
    }

    @Test
    void keysAmongOthersJoinThoseThatAreAlone() throws Exception {
        List<Function<Random, Object>> keys = List.of(
                random -> new Point(random.nextInt(9), "p"),
                random -> DayOfWeek.of(1 + random.nextInt(7)),
                random -> Pair.of(DayOfWeek.of(1 + random.nextInt(7)), random.nextInt(3)),
                random -> random.nextInt(9) / 2f,
                random -> random.nextBoolean());
        List<Object> others = Arrays.asList(null, "odd", new Point(1, "\uD800"), Pair.of(null, 1), 3L);
        Random random = new Random(1);
        for (Function<Random, Object> key : keys) {
            for (Object other : others) {
                Lineage alone = side(random, key, Integer.MAX_VALUE, Random::nextInt, 20);
                Lineage among = side(
                        random,
                        row -> row.nextInt(9) == 0 ? other : key.apply(row),
                        Integer.MAX_VALUE,
                        Random::nextInt,
                        60);
                for (Kind kind : Kind.values()) {
                    check(key.apply(random) + " among " + other + ", " + kind, alone, among, kind);
                }
            }
        }
    }

    private void same(String what, Function<Random, Object> key) throws Exception {
        List<Function<Random, Object>> values = List.of(
                random -> random.nextLong(),
                random -> random.nextInt(3) == 0 ? null : "v" + random.nextInt(99),
                random -> new Point(random.nextInt(), "p"),
                random -> Pair.of(random.nextInt(), random.nextDouble()),
                random -> List.of(random.nextInt()),
                random -> random.nextBoolean() ? (Object) 1L : "mixed values");
        int[] sizes = {120, 30, 1, 0, 60};
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            int nulls = seed % 3 == 0 ? 10 : Integer.MAX_VALUE;
            Lineage left = side(random, key, nulls, values.get(seed % 6), sizes[seed % 5]);
            Lineage right =
                    side(random, key, nulls, values.get((seed + seed / 6 + 1) % 6), sizes[(seed + seed / 5) % 5]);
            for (Kind kind : Kind.values()) {
                check(what + ", seed " + seed + ", " + kind, left, right, kind);
                check(what + ", seed " + seed + ", turned round, " + kind, right, left, kind);
            }
        }
    }

    private Lineage side(
            Random random, Function<Random, Object> key, int nulls, Function<Random, Object> value, int rows) {
        List<List<Object>> slices = new ArrayList<>();
        for (int slice = 0; slice < 3; slice++) {
            List<Object> pairs = new ArrayList<>();
            for (int row = 0; row < rows / 3 + (slice == 0 ? rows % 3 : 0); row++) {
                pairs.add(Pair.of(random.nextInt(nulls) == 0 ? null : key.apply(random), value.apply(random)));
            }
            slices.add(pairs);
        }
        return stages.collection(slices);
    }

    private void check(String what, Lineage left, Lineage right, Kind kind) throws Exception {
        stages.settings = new PipelineSettings(500, 1 << 20, 1 << 20);
        FlatMapFunction<Object, Object> plain = kind::call;
        Lineage groups = coGroup(left, right);
        List<String> expected = text(stages.collect(stages.flatMap(groups, plain)));
        assertThat(text(stages.collect(stages.flatMap(groups, kind)))).as(what).isEqualTo(expected);
    }

    private Lineage coGroup(Lineage left, Lineage right) {
        return stages.node(
                new Op.CoGroup(2),
                2,
                stages.shuffle(left, new HashPartitioner(2), true, null),
                stages.shuffle(right, new HashPartitioner(2), true, null));
    }

    private static List<String> text(List<Object> rows) {
        List<String> text = new ArrayList<>();
        rows.forEach(row -> text.add(Stages.key(row) + ":"
                + (Stages.key(row) == null ? "" : Stages.key(row).getClass()) + "=" + Stages.value(row)));
        Collections.sort(text);
        return text;
    }

    @Test
    void narrowInputsJoinLikeGroups() throws Exception {
        IntFunction<Lineage> aggregated = factor -> stages.read(
                stages.shuffle(
                        stages.map(stages.range(0, 500, 1, 3), row -> Pair.of((long) row * factor % 400, row)),
                        new HashPartitioner(2),
                        true,
                        null),
                new ReadSide.AsIs());
        Lineage left = aggregated.apply(3);
        Lineage right = stages.narrow(aggregated.apply(7), new Op.MapValues(value -> "v" + value));
        Lineage groups = stages.node(
                new Op.CoGroup(2),
                2,
                new Dependency.Narrow(left, PartitionMapping.ONE_TO_ONE),
                new Dependency.Narrow(right, PartitionMapping.ONE_TO_ONE));
        FlatMapFunction<Object, Object> plain = Kind.FULL::call;
        assertThat(text(stages.collect(stages.flatMap(groups, Kind.FULL))))
                .isEqualTo(text(stages.collect(stages.flatMap(groups, plain))));
    }

    @Test
    void manyTimesManyRowsComeInBoundedBatches() throws Exception {
        BatchSource joined = ones(700, new FakeServices(stages.cluster, 0, 0)).batches();
        long rows = 0;
        for (ColumnBatch batch = joined.next(); batch != null; batch = joined.next()) {
            assertThat(batch.rows()).isBetween(1, 4096);
            rows += batch.rows();
        }
        assertThat(rows).isEqualTo(490_000);
    }

    @Test
    void aKilledTaskStopsJoining() throws Exception {
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        BatchSource joined = ones(700, services).batches();
        joined.next();
        services.killed = () -> true;
        Assertions.assertThatThrownBy(joined::next).isInstanceOf(TaskKilled.class);
    }

    /** A join of two sides that hold one key only. */
    private JoinCursor ones(int rows, FakeServices services) throws Exception {
        Lineage side = stages.map(stages.range(0, rows, 1, 1), row -> Pair.of(1L, row));
        Lineage groups = stages.node(
                new Op.CoGroup(2),
                1,
                stages.shuffle(side, new HashPartitioner(1), true, null),
                stages.shuffle(side, new HashPartitioner(1), true, null));
        stages.prepare(groups);
        TaskRun run = new TaskRun(new NodeProgram[0], services, stages.serializer, stages.loader, stages.settings);
        List<StageInput> inputs = new ArrayList<>();
        groups.dependencies()
                .forEach(dependency -> inputs.add(
                        new StageInput.Shuffle(((dev.quiver.lineage.ShuffleDependency) dependency).id(), 1)));
        return new JoinCursor(inputs, Kind.INNER, Kind.INNER, "join", 0, run);
    }
}
