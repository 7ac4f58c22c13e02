package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.function.FlatMapFunction;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.stage.Action;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Joins give the same rows whatever memory there is, and hold no more of it than there is, but for a few batches. */
class SpilledJoinTest {
    /** Says what joins do, and joins groups. */
    enum Kind implements FlatMapFunction<Object, Object>, JoinKind {
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
            return joined(Stages.key(row), (List<?>) groups.get(0), (List<?>) groups.get(1));
        }

        List<Object> joined(Object key, List<?> lefts, List<?> rights) {
            List<Object> joined = new ArrayList<>();
            for (Object left : side(lefts, leftOptional)) {
                for (Object right : side(rights, rightOptional)) {
                    joined.add(new Pair<>(key, new Pair<>(left, right)));
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

    private record Shift(DayOfWeek day, int hour) {}

    private static final List<Function<Random, Object>> KEYS = List.of(
            random -> (long) random.nextInt(400),
            random -> random.nextLong(),
            random -> random.nextInt(400) - 200,
            random -> random.nextInt(3) == 0 ? 7L : (long) random.nextInt(200),
            random -> "key " + random.nextInt(300) + (random.nextInt(9) == 0 ? "\u00E4" : ""),
            random -> Text.of("slice " + random.nextInt(300)),
            random -> (short) random.nextInt(300),
            random -> random.nextInt(200) / 4.0,
            random -> new Point(random.nextInt(60), random.nextInt(20) == 0 ? null : "p" + random.nextInt(5)),
            random -> new Point(random.nextInt(300), "p"),
            random -> new Shift(DayOfWeek.of(1 + random.nextInt(7)), random.nextInt(40)),
            random -> Pair.of(random.nextInt(300), "x"),
            random -> LocalDate.ofEpochDay(random.nextInt(300)),
            random -> List.of(random.nextInt(200)),
            random -> random.nextInt(60) == 0 ? "odd" : (Object) (long) random.nextInt(300),
            random -> random.nextInt(40) == 0 ? (Object) 5 : new Point(random.nextInt(200), "p"),
            random -> List.<Object>of(3L, 3, "3", (short) 3, "\uD800", new Point(3, "3"))
                    .get(random.nextInt(6)));

    private static final List<Function<Random, Object>> VALUES = List.of(
            random -> random.nextLong(),
            random -> random.nextInt(3) == 0 ? null : "v" + random.nextInt(99),
            random -> new Point(random.nextInt(), "a name of some length"),
            random -> Pair.of(random.nextInt(), random.nextDouble()),
            random -> List.of(random.nextInt(), random.nextInt()),
            random -> random.nextBoolean() ? Optional.empty() : Optional.of(random.nextInt(9)),
            random -> random.nextBoolean() ? (Object) 1L : "mixed values");

    private final Stages stages = new Stages();
    private long spills;

    @Test
    void joinsAreTheSameWhateverMemoryThereIs() throws Exception {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            Function<Random, Object> key = KEYS.get(random.nextInt(KEYS.size()));
            // Keys that are Longs in a column of one side and Longs among others on the other side are equal, too.
            Function<Random, Object> other = random.nextInt(4) == 0 ? KEYS.get(random.nextInt(KEYS.size())) : key;
            List<List<Object>> left = SpillingInputs.rows(random, key, VALUES);
            List<List<Object>> right = SpillingInputs.rows(random, other, VALUES);
            stages.settings = new PipelineSettings(500 + random.nextInt(20_000), 1 << 20, 1 << 20);
            stages.memoryBytes = (long) Math.pow(10, random.nextDouble() * 7) - 1;
            Kind kind = Kind.values()[random.nextInt(4)];
            String what = "seed " + seed + ", " + kind + ", " + stages.memoryBytes + " bytes, keys like "
                    + key.apply(random) + " and " + other.apply(random);
            long before = stages.spilledBytes;
            assertThat(text(stages.collect(join(left, right, kind))))
                    .as(what)
                    .isEqualTo(text(expected(left, right, kind)));
            spills += stages.spilledBytes > before ? 1 : 0;
        }
        assertThat(spills).as("joins that spilled").isBetween(40L, 140L);
    }

    private Lineage join(List<List<Object>> left, List<List<Object>> right, Kind kind) {
        return stages.flatMap(coGroup(stages.collection(left), stages.collection(right), 2), kind);
    }

    private Lineage coGroup(Lineage left, Lineage right, int partitions) {
        return stages.node(
                new Op.CoGroup(2),
                partitions,
                stages.shuffle(left, new HashPartitioner(partitions), true, null),
                stages.shuffle(right, new HashPartitioner(partitions), true, null));
    }

    /** What the definition says. */
    static List<Object> expected(List<List<Object>> left, List<List<Object>> right, Kind kind) {
        Map<Object, List<List<Object>>> groups = new HashMap<>();
        for (List<List<Object>> side : List.of(left, right)) {
            for (List<Object> slice : side) {
                for (Object pair : slice) {
                    groups.computeIfAbsent(Stages.key(pair), key -> List.of(new ArrayList<>(), new ArrayList<>()))
                            .get(side == left ? 0 : 1)
                            .add(Stages.value(pair));
                }
            }
        }
        List<Object> rows = new ArrayList<>();
        groups.forEach((key, lists) -> rows.addAll(kind.joined(key, lists.get(0), lists.get(1))));
        return rows;
    }

    static List<String> text(List<Object> rows) {
        List<String> text = new ArrayList<>();
        for (Object row : rows) {
            Object key = Stages.key(row);
            // A Long, an Integer and a String may look alike; lists of several classes are equal.
            String kind =
                    key == null || key instanceof List ? "" : key.getClass().getSimpleName();
            text.add(kind + " " + key + "=" + Stages.value(row));
        }
        Collections.sort(text);
        return text;
    }

    @Test
    void aKeyThatIsFrequentOnBothSidesIsJoinedInBoundedMemory() throws Exception {
        for (Kind kind : Kind.values()) {
            List<Object> left = new ArrayList<>();
            List<Object> right = new ArrayList<>();
            for (long row = 0; row < 3000; row++) {
                left.add(Pair.of(row < 2500 ? 5L : row, "the value of the left row " + row));
                right.add(Pair.of(row < 1200 ? 5L : row * 2, row));
            }
            Lineage joined = stages.flatMap(
                    coGroup(stages.collection(List.of(left)), stages.collection(List.of(right)), 1), kind);
            stages.settings = new PipelineSettings(4000, 1 << 20, 1 << 20);
            stages.prepare(joined);
            FakeServices services = new FakeServices(stages.cluster, 0, 0);
            services.memoryBytes = 30_000;
            long rows = 2500 * 1200
                    + expected(List.of(left.subList(2500, 3000)), List.of(right.subList(1200, 3000)), kind)
                            .size();
            assertThat(stages.run(joined, new Action.Count(), services))
                    .as("%s", kind)
                    .isEqualTo(rows);
            assertThat(services.counters.snapshot(0).spilledBytes()).isPositive();
            assertThat(services.memories.get(0).most).isBetween(20_000L, 300_000L);
            assertThat(stages.cluster.open).isZero();
        }
    }

    @Test
    void aSideThatFitsIsNotDealtOut() throws Exception {
        Lineage small = stages.map(stages.range(0, 500, 1, 1), row -> Pair.of(row, row));
        Lineage large = stages.map(stages.range(0, 20_000, 1, 1), row -> Pair.of((long) row % 1000, row));
        for (Kind kind : Kind.values()) {
            long rows = kind.rightOptional ? 20_000 : 10_000;
            Lineage joined = stages.flatMap(coGroup(large, small, 1), kind);
            stages.settings = new PipelineSettings(2000, 1 << 20, 1 << 20);
            stages.prepare(joined);
            long least = Long.MAX_VALUE;
            long most = 0;
            for (long bytes = 30_000; bytes <= 120_000; bytes += 2000) {
                FakeServices services = new FakeServices(stages.cluster, 0, 0);
                services.memoryBytes = bytes;
                assertThat(stages.run(joined, new Action.Count(), services))
                        .as("%s", kind)
                        .isEqualTo(rows);
                long spilled = services.counters.snapshot(0).spilledBytes();
                least = Math.min(least, spilled);
                most = Math.max(most, spilled > 100_000 ? 0 : spilled);
            }
            assertThat(least).as("with much memory").isZero();
            assertThat(most).as("with memory for the small side alone").isBetween(7000L, 100_000L);
        }
    }

    @Test
    void nothingIsLeftOpenWhenTheDiskIsFullOrTheTaskIsKilled() throws Exception {
        Lineage side = stages.map(stages.range(0, 5000, 1, 1), row -> Pair.of((long) row % 1700, row));
        Lineage joined = stages.flatMap(coGroup(side, side, 1), Kind.FULL);
        stages.settings = new PipelineSettings(3000, 1 << 20, 1 << 20);
        SpillingInputs.assertNothingIsLeftOpenAfterFaults(stages, joined, 9000, 50, 11);
    }
}
