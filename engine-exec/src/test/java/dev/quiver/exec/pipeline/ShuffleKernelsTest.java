package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.ReadSide;
import dev.quiver.lineage.RoundRobin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ShuffleKernelsTest {
    private static final long SEED = 40;

    private final Random random = new Random(SEED);

    @Test
    void reducingAgreesWithAHashMapWhateverTheRowsAre() throws Exception {
        Map<String, Supplier<Object>> keys = new HashMap<>(Map.of(
                "few longs", () -> (long) random.nextInt(20),
                "many longs", random::nextLong,
                "one key", () -> 7L,
                "texts", () -> "word " + random.nextInt(900),
                "texts and nulls", () -> random.nextInt(50) == 0 ? null : "w" + random.nextInt(90),
                "longs and nulls", () -> random.nextInt(50) == 0 ? null : (Object) (long) random.nextInt(90),
                "longs and ints", () -> random.nextInt(50) == 0 ? (Object) random.nextInt(5) : (long) random.nextInt(5),
                "doubles", () -> List.of(Double.NaN, -0.0, 0.0, 3.5).get(random.nextInt(4)),
                "lists", () -> List.of(random.nextInt(5), "x"),
                "a late text", () -> random.nextInt(20_000) == 0 ? "late" : (Object) (long) random.nextInt(3000)));
        keys.put("slices", () -> Text.of("wört " + random.nextInt(900)));
        keys.put(
                "slices and texts",
                () -> random.nextInt(50) == 0 ? "w" + random.nextInt(9) : (Object) Text.of("w" + random.nextInt(9)));
        for (Map.Entry<String, Supplier<Object>> kind : keys.entrySet()) {
            for (boolean fromBatches : new boolean[] {true, false}) {
                for (PipelineSettings settings :
                        List.of(PipelineSettings.DEFAULTS, new PipelineSettings(5000, 100, 1000))) {
                    reduces(kind.getKey(), kind.getValue(), fromBatches, settings);
                }
            }
        }
    }

    private void reduces(String what, Supplier<Object> key, boolean fromBatches, PipelineSettings settings)
            throws Exception {
        Stages stages = new Stages();
        stages.settings = settings;
        Map<Object, Object> expected = new HashMap<>();
        List<List<Object>> slices = new ArrayList<>();
        for (int rows : new int[] {6000, 0, 1, 3000}) {
            List<Object> slice = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                Pair<?, ?> pair = Pair.of(key.get(), (long) random.nextInt());
                slice.add(pair);
                expected.merge(pair.key() == null ? "none" : pair.key(), pair.value(), ShuffleKernelsTest::sum);
            }
            slices.add(slice);
        }
        Lineage rows = stages.collection(slices);
        if (!fromBatches) {
            rows = stages.map(rows, row -> row);
        }
        Lineage sums = stages.aggregate(rows, new HashPartitioner(3), new Aggregation.Reduce(ShuffleKernelsTest::sum));
        Map<Object, Object> found = new HashMap<>();
        for (Object row : stages.collect(sums)) {
            Object name = Stages.key(row) == null ? "none" : Stages.key(row);
            assertThat(found.put(name, Stages.value(row)))
                    .as("seed %d, %s: key %s came twice", SEED, what, name)
                    .isNull();
        }
        assertThat(found.equals(expected)).as("seed %d, %s", SEED, what).isTrue();
    }

    private static Object sum(Object left, Object right) {
        return (long) left + (long) right;
    }

    @Test
    void groupingAgreesWithAHashMapWhateverTheRowsAre() throws Exception {
        List<Supplier<Object>> keys = List.of(
                () -> (long) random.nextInt(400),
                () -> random.nextInt(3),
                () -> List.of(Double.NaN, -0.0, 0.0).get(random.nextInt(3)),
                random::nextLong,
                () -> "k" + random.nextInt(50),
                () -> Text.of("k" + random.nextInt(50)),
                () -> random.nextInt(900) == 0 ? null : (Object) (long) random.nextInt(9),
                () -> random.nextInt(2000) == 0 ? (Object) random.nextInt(5) : (long) random.nextInt(5));
        List<Supplier<Object>> values = List.of(
                random::nextLong,
                random::nextInt,
                random::nextDouble,
                () -> "v" + random.nextInt(),
                () -> random.nextInt(900) == 0 ? null : (Object) random.nextLong());
        for (Supplier<Object> key : keys) {
            for (Supplier<Object> value : values) {
                Stages stages = new Stages();
                Map<Object, Map<Object, Integer>> expected = new HashMap<>();
                List<List<Object>> slices = new ArrayList<>();
                for (int rows : new int[] {0, 2500, 700}) {
                    List<Object> slice = new ArrayList<>();
                    for (int row = 0; row < rows; row++) {
                        Pair<?, ?> pair = Pair.of(key.get(), value.get());
                        slice.add(pair);
                        expected.computeIfAbsent(pair.key() == null ? "none" : pair.key(), name -> new HashMap<>())
                                .merge(pair.value() == null ? "none" : pair.value(), 1, Integer::sum);
                    }
                    slices.add(slice);
                }
                Lineage groups =
                        stages.aggregate(stages.collection(slices), new HashPartitioner(3), new Aggregation.Group());
                Map<Object, Map<Object, Integer>> found = new HashMap<>();
                for (Object row : stages.collect(groups)) {
                    Object name = Stages.key(row) == null ? "none" : Stages.key(row);
                    List<Object> list = new ArrayList<>((List<?>) Stages.value(row));
                    assertThat(found.put(name, counted(list))).isNull();
                }
                assertThat(found.equals(expected)).as("seed %d", SEED).isTrue();
            }
        }
    }

    @Test
    void textsThatStatesKeepAreNotOverwrittenByLaterRows() throws Exception {
        Stages stages = new Stages();
        stages.settings = PipelineSettings.DEFAULTS.compileAfterRows(0);
        Lineage rows = stages.map(
                stages.range(0, 60_000, 1, 2), row -> Pair.of((long) row % 100, Text.of("text of row " + row)));
        Lineage either = stages.aggregate(rows, new HashPartitioner(2), new Aggregation.Reduce((left, right) -> left));
        List<Object> found = stages.collect(either);
        assertThat(found).hasSize(100);
        assertThat(found)
                .allSatisfy(row -> assertThat(
                                Long.parseLong(Stages.value(row).toString().substring("text of row ".length())) % 100)
                        .as("row of key %s", Stages.key(row))
                        .isEqualTo(Stages.key(row)));
    }

    @Test
    void valuesMayBeNullOrChangeTheirKindOnTheWay() throws Exception {
        Stages stages = new Stages();
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 9000; row++) {
            rows.add(Pair.of((long) row % 10, row == 4321 ? null : (Object) 1L));
        }
        // Null for a null, and text once the sum is large: neither is a long.
        Aggregation count = new Aggregation.Reduce((left, right) -> {
            long sum = number(left) + number(right);
            return sum == 500 ? "500" : (Object) sum;
        });
        Lineage counts = stages.aggregate(stages.collection(List.of(rows)), new HashPartitioner(2), count);
        Map<Object, Long> found = new HashMap<>();
        for (Object row : stages.collect(counts)) {
            assertThat(found.put(Stages.key(row), number(Stages.value(row)))).isNull();
        }
        assertThat(found).hasSize(10);
        assertThat(found.values().stream().mapToLong(value -> value).sum()).isEqualTo(8999);
    }

    private static long number(Object value) {
        if (value == null) {
            return 0;
        }
        return value instanceof String text ? Long.parseLong(text) : (long) value;
    }

    @Test
    void rowsOfManyKindsAllArriveInTheirPartition() throws Exception {
        List<Supplier<Object>> kinds = List.of(
                () -> (long) random.nextInt(),
                random::nextInt,
                () -> "t" + random.nextInt(),
                random::nextDouble,
                () -> List.of(random.nextInt(), "in a list"),
                () -> Pair.of(random.nextInt(), "in a pair"));
        for (Partitioner partitioner : List.of(new HashPartitioner(5), new RoundRobin(5))) {
            for (boolean fromBatches : new boolean[] {true, false}) {
                Stages stages = new Stages();
                List<Object> rows = new ArrayList<>();
                for (int row = 0; row < 40_000; row++) {
                    Supplier<Object> kind = kinds.get(row / 5000 % kinds.size());
                    rows.add(random.nextInt(200) == 0 ? null : kind.get());
                }
                Lineage input = stages.collection(List.of(rows));
                Lineage read = stages.read(
                        stages.shuffle(fromBatches ? input : stages.map(input, row -> row), partitioner, false, null),
                        new ReadSide.AsIs());
                assertThat(counted(stages.collect(read)).equals(counted(rows)))
                        .as("seed %d", SEED)
                        .isTrue();
            }
        }
    }

    private static Map<Object, Integer> counted(List<Object> rows) {
        Map<Object, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row == null ? "none" : row, 1, Integer::sum));
        return counts;
    }
}
