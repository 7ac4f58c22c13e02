package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ReadSide;
import dev.quiver.stage.Action;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Groups of several inputs are the same whatever memory there is; only one key's values must fit. */
class SpilledCoGroupTest {
    private record Point(int x, String name) {}

    private static final List<Function<Random, Object>> KEYS = List.of(
            random -> (long) random.nextInt(300),
            random -> random.nextInt(4) == 0 ? 7 : random.nextInt(3000),
            random -> "key " + random.nextInt(100),
            random -> Text.of("slice " + random.nextInt(100)),
            random -> new Point(random.nextInt(60), random.nextInt(20) == 0 ? null : "p"),
            random -> Pair.of(DayOfWeek.of(1 + random.nextInt(7)), random.nextInt(20)),
            random -> List.of(random.nextInt(200)),
            random -> List.<Object>of(3L, 3, "3", (short) 3, "\uD800", DayOfWeek.MONDAY)
                    .get(random.nextInt(6)));

    private static final List<Function<Random, Object>> VALUES = List.of(
            random -> random.nextLong(),
            random -> random.nextInt(3) == 0 ? null : "v" + random.nextInt(99),
            random -> new Point(random.nextInt(), "a name of some length"),
            random -> List.of(random.nextInt()),
            random -> random.nextBoolean() ? (Object) 1L : "mixed values");

    private final Stages stages = new Stages();

    @Test
    void groupsAreTheSameWhateverMemoryThereIs() throws Exception {
        int spills = 0;
        for (int seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            Function<Random, Object> key = KEYS.get(random.nextInt(KEYS.size()));
            Function<Random, Object> other = random.nextInt(4) == 0 ? KEYS.get(random.nextInt(KEYS.size())) : key;
            List<List<List<Object>>> inputs = new ArrayList<>();
            for (int input = 2 + random.nextInt(2); input > 0; input--) {
                inputs.add(SpillingInputs.rows(random, input == 1 ? other : key, VALUES));
            }
            stages.settings = new PipelineSettings(500 + random.nextInt(20_000), 1 << 20, 1 << 20);
            stages.memoryBytes = (long) Math.pow(10, random.nextDouble() * 7) - 1;
            String what = "seed " + seed + ", " + stages.memoryBytes + " bytes, keys like " + key.apply(random);
            long before = stages.spilledBytes;
            assertThat(text(stages.collect(coGroup(inputs, random)))).as(what).isEqualTo(text(expected(inputs)));
            spills += stages.spilledBytes > before ? 1 : 0;
        }
        assertThat(spills).as("cogroups that spilled").isBetween(30, 110);
    }

    /** Of shuffled inputs, and of narrow ones that come as objects. */
    private Lineage coGroup(List<List<List<Object>>> inputs, Random random) {
        List<Dependency> dependencies = new ArrayList<>();
        for (List<List<Object>> input : inputs) {
            Dependency shuffle = stages.shuffle(stages.collection(input), new HashPartitioner(2), true, null);
            dependencies.add(
                    random.nextInt(3) > 0
                            ? shuffle
                            : new Dependency.Narrow(
                                    stages.map(
                                            stages.node(new Op.ShuffleRead(new ReadSide.AsIs()), 2, shuffle),
                                            row -> row),
                                    PartitionMapping.ONE_TO_ONE));
        }
        return stages.node(new Op.CoGroup(inputs.size()), 2, dependencies.toArray(new Dependency[0]));
    }

    static List<Object> expected(List<List<List<Object>>> inputs) {
        Map<Object, List<List<Object>>> groups = new HashMap<>();
        for (int input = 0; input < inputs.size(); input++) {
            for (List<Object> slice : inputs.get(input)) {
                for (Object pair : slice) {
                    groups.computeIfAbsent(Stages.key(pair), key -> {
                                List<List<Object>> lists = new ArrayList<>();
                                inputs.forEach(each -> lists.add(new ArrayList<>()));
                                return lists;
                            })
                            .get(input)
                            .add(Stages.value(pair));
                }
            }
        }
        List<Object> rows = new ArrayList<>();
        groups.forEach((key, lists) -> rows.add(new Pair<>(key, lists)));
        return rows;
    }

    /** Values of a key have no order. */
    static List<String> text(List<Object> rows) {
        List<String> text = new ArrayList<>();
        for (Object row : rows) {
            Object key = Stages.key(row);
            StringBuilder line = new StringBuilder(
                    (key == null || key instanceof List ? "" : key.getClass().getSimpleName()) + " " + key);
            for (Object values : (List<?>) Stages.value(row)) {
                List<String> sorted = new ArrayList<>();
                ((List<?>) values).forEach(value -> sorted.add(String.valueOf(value)));
                Collections.sort(sorted);
                line.append(sorted);
            }
            text.add(line.toString());
        }
        Collections.sort(text);
        return text;
    }

    @Test
    void aKeyWhoseValuesDoNotFitIsNamed() throws Exception {
        Lineage few = stages.map(stages.range(0, 100, 1, 1), row -> Pair.of("k".repeat(300) + (long) row % 7, row));
        Lineage many = stages.map(
                stages.range(0, 50_000, 1, 1),
                row -> Pair.of("k".repeat(300) + ((long) row % 10 < 8 ? 5 : row), "v" + row));
        Lineage groups = coGroup(few, many);
        stages.settings = new PipelineSettings(20_000, 1 << 20, 1 << 20);
        stages.prepare(groups);
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = 1_000_000;
        assertThatThrownBy(() -> stages.run(groups, new Action.Count(), services))
                .isInstanceOf(MemoryExceeded.class)
                .hasMessageMatching("test: key k{100}\\.\\.\\. has 40000 values in input 2, about \\d.*as objects");
        assertThat(services.memories.get(0).most).isLessThan(1_500_000);
        assertThat(stages.cluster.open).isZero();
    }

    @Test
    void aKeyThatNeedsMostOfTheMemoryIsGroupedByItself() throws Exception {
        Lineage many = stages.map(
                stages.range(0, 40_000, 1, 1), row -> Pair.of((long) row % 4 == 0 ? -1L : (long) row, "v" + row));
        Lineage groups = coGroup(many, many);
        stages.settings = new PipelineSettings(20_000, 1 << 20, 1 << 20);
        stages.prepare(groups);
        FakeServices services = new FakeServices(stages.cluster, 0, 0);
        services.memoryBytes = 2_000_000;
        assertThat(stages.run(groups, new Action.Count(), services)).isEqualTo(30_001L);
        assertThat(services.counters.snapshot(0).spilledBytes()).isPositive();
        assertThat(stages.cluster.open).isZero();
    }

    private Lineage coGroup(Lineage left, Lineage right) {
        return stages.node(
                new Op.CoGroup(2),
                1,
                stages.shuffle(left, new HashPartitioner(1), true, null),
                stages.shuffle(right, new HashPartitioner(1), true, null));
    }

    @Test
    void nothingIsLeftOpenWhenTheDiskIsFullOrTheTaskIsKilled() throws Exception {
        Lineage side = stages.map(stages.range(0, 5000, 1, 1), row -> Pair.of((long) row % 1700, row));
        Lineage groups = coGroup(side, side);
        stages.settings = new PipelineSettings(3000, 1 << 20, 1 << 20);
        SpillingInputs.assertNothingIsLeftOpenAfterFaults(stages, groups, 50_000, 30, 5);
    }
}
