package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Operators that work by key, and that have to give memory back between any two batches, while they read and while they are
 * read: the rows are those that they are otherwise.
 */
class GivingBackByKeyTest {
    private static final int SEEDS = 20;

    /** Who gives results back that are being read. */
    private static final Set<String> LATE =
            Set.of("KeyParts", "SpillableLists", "SpillableRows", "TurningJoin", "RowSort", "MapSideGroups");

    private static final List<Function<Random, Object>> KEYS = List.of(
            random -> (long) random.nextInt(20_000),
            random -> "key " + random.nextInt(9000),
            random -> BigInteger.valueOf(random.nextInt(9000)),
            random -> random.nextInt(50) == 0 ? null : (Object) random.nextInt(9000),
            random -> random.nextInt(9) == 0 ? "t" + random.nextInt(99) : (Object) (long) random.nextInt(9000));

    /** One of them is frequent. */
    private static final Function<Random, Object> SKEWED =
            random -> random.nextInt(3) == 0 ? 7L : (long) random.nextInt(30_000);

    private static final List<Function<Random, Object>> VALUES = List.of(
            random -> (long) random.nextInt(1000),
            random -> "a text that makes rows longer " + random.nextInt(1000),
            random -> List.of(random.nextInt(), "x"));

    private Stages stages;
    private Random random;
    private int oneIn;

    /** Whether memory is needed only while results are read. */
    private boolean late;

    private String what;

    /** How often an operator gave something back, and how much. */
    private final Map<String, Integer> gaveBack = new TreeMap<>();

    @Test
    void groupsGiveTheirListsBack() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            List<List<Object>> rows = rows(random.nextInt(4) == 0 ? SKEWED : key());
            Lineage groups = stages.aggregate(stages.collection(rows), new HashPartitioner(1), new Aggregation.Group());
            List<Object> lists = new ArrayList<>();
            for (Object row : run(groups)) {
                lists.add(new Pair<>(Stages.key(row), List.of(Stages.value(row))));
            }
            assertSame(
                    SpilledCoGroupTest.text(lists),
                    SpilledCoGroupTest.text(SpilledCoGroupTest.expected(List.of(rows))));
        }
        assertThat(gaveBack).containsKeys("Grouping", "CollectCursor", "SpillableLists");
    }

    @Test
    void groupsOfSeveralInputsGiveTheirListsBack() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            Function<Random, Object> key = key();
            List<List<Object>> left = rows(key);
            List<List<Object>> right = rows(key);
            List<Object> found = run(coGroup(left, right));
            assertSame(
                    SpilledCoGroupTest.text(found),
                    SpilledCoGroupTest.text(SpilledCoGroupTest.expected(List.of(left, right))));
        }
        assertThat(gaveBack).containsKeys("CoGroupCursor", "SpillableLists");
    }

    @Test
    void joinsGiveTheirTablesBack() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            SpilledJoinTest.Kind kind = SpilledJoinTest.Kind.values()[seed % 4];
            begin(seed);
            Function<Random, Object> key = key();
            List<List<Object>> left = rows(key);
            List<List<Object>> right = rows(key);
            what += ", " + kind;
            List<Object> found = run(stages.flatMap(coGroup(left, right), kind));
            assertSame(SpilledJoinTest.text(found), SpilledJoinTest.text(SpilledJoinTest.expected(left, right, kind)));
        }
        assertThat(gaveBack).containsKeys("JoinCursor", "TurningJoin");
    }

    @Test
    void objectsMergedByTheUserAreGivenBack() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            List<List<Object>> rows = rows(key());
            boolean mapSide = random.nextBoolean();
            Aggregation lists = new Aggregation.Combine(
                    value -> new ArrayList<>(List.of(value)),
                    GivingBackByKeyTest::added,
                    GivingBackByKeyTest::put,
                    mapSide);
            List<Object> found = new ArrayList<>();
            for (Object row : run(stages.aggregate(stages.collection(rows), new HashPartitioner(1), lists))) {
                found.add(new Pair<>(Stages.key(row), List.of(Stages.value(row))));
            }
            assertSame(
                    SpilledCoGroupTest.text(found),
                    SpilledCoGroupTest.text(SpilledCoGroupTest.expected(List.of(rows))));
        }
        assertThat(gaveBack).containsKeys("AggregateCursor", "SpillableRows");
    }

    @Test
    void rowsSortedInTheOrderOfTheUserAreGivenBack() throws Exception {
        RowComparator<Object> order = NaturalOrder.DESCENDING::compare;
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            List<List<Object>> rows = rows(KEYS.get(0));
            Lineage sorted = stages.read(
                    stages.shuffle(stages.collection(rows), new HashPartitioner(1), true, null),
                    new ReadSide.SortedByKey(order));
            List<Object> expected = new ArrayList<>();
            rows.forEach(expected::addAll);
            expected.sort((left, right) -> order.compare(Stages.key(left), Stages.key(right)));
            assertThat(run(sorted).equals(expected)).as(what).isTrue();
        }
        assertThat(gaveBack).containsKeys("RowSort");
    }

    @Test
    void whatIsMergedBeforeAShuffleIsHandedOn() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            begin(seed);
            List<List<Object>> rows = new ArrayList<>();
            TreeMap<Object, Long> expected = new TreeMap<>();
            for (int slice = 0; slice < 2; slice++) {
                List<Object> pairs = new ArrayList<>();
                for (int row = 0; row < 20_000; row++) {
                    String key = "key " + random.nextInt(5000);
                    expected.merge(key, (long) row, Long::sum);
                    pairs.add(Pair.of(key, (long) row));
                }
                rows.add(pairs);
            }
            Lineage together = stages.read(
                    stages.shuffle(stages.collection(rows), new HashPartitioner(2), true, null), new ReadSide.AsIs());
            Lineage sums = stages.aggregate(
                    random.nextBoolean() ? together : stages.map(together, row -> row),
                    new HashPartitioner(1),
                    new Aggregation.Reduce((left, right) -> (long) left + (long) right));
            TreeMap<Object, Long> found = new TreeMap<>();
            for (Object row : run(sums)) {
                assertThat(found.put(Stages.key(row), (long) Stages.value(row))).isNull();
            }
            assertThat(found.equals(expected)).as(what).isTrue();
        }
        assertThat(gaveBack).containsKeys("MapSideGroups");
    }

    @SuppressWarnings("unchecked")
    private static Object added(Object list, Object value) {
        ((List<Object>) list).add(value);
        return list;
    }

    @SuppressWarnings("unchecked")
    private static Object put(Object list, Object other) {
        ((List<Object>) list).addAll((List<Object>) other);
        return list;
    }

    private void assertSame(List<String> found, List<String> expected) {
        assertThat(found.equals(expected)).as(what).isTrue();
        assertThat(stages.cluster.open).as("left open, %s", what).isZero();
    }

    private void begin(int seed) {
        random = new Random(seed);
        stages = new Stages();
        stages.settings = new PipelineSettings(1 << 20, 1 << 14, 1 << 20)
                .compileAfterRows(random.nextBoolean() ? 0 : Long.MAX_VALUE);
        stages.memoryBytes = (2L << 20) + random.nextInt(1 << (20 + random.nextInt(4)));
        oneIn = 2 << seed % 3;
        late = seed % 5 < 3;
        what = "seed " + seed + ", memory of " + stages.memoryBytes + " bytes";
    }

    private Function<Random, Object> key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private List<List<Object>> rows(Function<Random, Object> key) {
        Function<Random, Object> value = VALUES.get(random.nextInt(VALUES.size()));
        List<List<Object>> slices = new ArrayList<>();
        int most = random.nextInt(6) == 0 ? 300 : 4000;
        for (int slice = 0; slice < 8; slice++) {
            List<Object> pairs = new ArrayList<>();
            for (int row = random.nextInt(most); row > 0; row--) {
                pairs.add(new Pair<>(key.apply(random), value.apply(random)));
            }
            slices.add(pairs);
        }
        return slices;
    }

    private Lineage coGroup(List<List<Object>> left, List<List<Object>> right) {
        return stages.node(
                new Op.CoGroup(2),
                1,
                stages.shuffle(stages.collection(left), new HashPartitioner(1), true, null),
                stages.shuffle(stages.collection(right), new HashPartitioner(1), true, null));
    }

    private List<Object> run(Lineage lineage) throws Exception {
        stages.others = this::otherAsks;
        return stages.collect(lineage);
    }

    /** Sometimes another operator of the task needs memory, or another task. */
    private void otherAsks(FakeServices services) throws Exception {
        if (random.nextInt(oneIn) > 0) {
            return;
        }
        for (FakeMemory memory : List.copyOf(services.memories)) {
            long before = memory.bytes();
            String who = memory.spiller() == null
                    ? "nobody"
                    : memory.spiller()
                            .getClass()
                            .getSimpleName()
                            .replaceAll("\\$\\$.*", "")
                            .replaceAll(".*\\$", "");
            if (late && !LATE.contains(who)) {
                continue;
            }
            long given = memory.spill();
            assertThat(before - memory.bytes()).as("bytes given back, %s", what).isEqualTo(given);
            if (given > 0) {
                gaveBack.merge(who, 1, Integer::sum);
            }
        }
    }
}
