package dev.quiver.exec.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.function.MergeFunction;
import dev.quiver.lineage.Aggregation;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.Op;
import dev.quiver.lineage.ReadSide;
import dev.quiver.stage.Action;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Aggregation and grouping with less memory than they need, held against a hash map. */
class SpilledGroupsTest {
    private static final long[] MEMORY = {0, 2_000, 20_000, 200_000, 1 << 20, 16 << 20};

    /** Reduce tasks are given many small batches. */
    private static final PipelineSettings SMALL_CHUNKS = new PipelineSettings(5000, 1000, 1000);

    private long seed = 20_260;
    private Random random = new Random(seed);

    record Point(int x, String name) {}

    /** Keys of few different hashes. */
    record Clumsy(int number) {
        @Override
        public int hashCode() {
            return number % 3;
        }
    }

    private Map<String, Supplier<Object>> keys() {
        int keys = 1 << random.nextInt(14);
        Map<String, Supplier<Object>> kinds = new LinkedHashMap<>();
        kinds.put("longs", () -> (long) random.nextInt(keys));
        kinds.put("ints", () -> random.nextInt(keys) - keys / 2);
        kinds.put("texts", () -> "key " + random.nextInt(keys));
        kinds.put("long texts", () -> "a key of more than fifteen bytes " + random.nextInt(keys));
        kinds.put("slices", () -> Text.of("k" + random.nextInt(keys)));
        kinds.put("records", () -> new Point(random.nextInt(keys), "p" + random.nextInt(2)));
        kinds.put("pairs", () -> Pair.of(random.nextInt(keys), (long) random.nextInt(3)));
        kinds.put("doubles", () -> random.nextInt(9) == 0 ? Double.NaN : random.nextInt(keys) / 4.0);
        kinds.put("lists", () -> List.of(random.nextInt(keys)));
        kinds.put("opaque", () -> BigInteger.valueOf(random.nextInt(keys)));
        kinds.put("nulls", () -> random.nextInt(20) == 0 ? null : (Object) (long) random.nextInt(keys));
        kinds.put(
                "mixed",
                () -> random.nextInt(3) == 0 ? "t" + random.nextInt(keys) : (Object) (long) random.nextInt(keys));
        kinds.put("few hashes", () -> new Clumsy(random.nextInt(Math.min(keys, 64))));
        return kinds;
    }

    @Test
    void reducingIsRightWithHoweverLittleMemory() throws Exception {
        Map<String, Supplier<Object>> values = new LinkedHashMap<>();
        values.put("longs", () -> (long) random.nextInt(1000));
        values.put("ints", () -> random.nextInt(1000));
        values.put("texts", () -> "v" + random.nextInt(100_000));
        values.put("slices", () -> Text.of("v" + random.nextInt(100_000)));
        values.put("opaque", () -> BigInteger.valueOf(random.nextInt(1000)));
        values.put("nulls", () -> random.nextInt(9) == 0 ? null : (Object) (long) random.nextInt(1000));
        values.put("points", () -> new Point(random.nextInt(1000), "v"));
        long spilled = 0;
        for (String value : values.keySet()) {
            for (String key : keys().keySet()) {
                long memory = MEMORY[random.nextInt(MEMORY.length)];
                spilled += reduces(key, keys().get(key), value, values.get(value), memory);
                random = new Random(++seed);
            }
        }
        assertThat(spilled).isPositive();
    }

    private long reduces(String keyKind, Supplier<Object> key, String valueKind, Supplier<Object> value, long memory)
            throws Exception {
        String what = "seed %d: %s by %s, %d bytes of memory".formatted(seed, valueKind, keyKind, memory);
        Stages stages = stages(memory);
        List<List<Object>> slices = slices(key, value);
        Map<Object, Object> expected = new HashMap<>();
        for (List<Object> slice : slices) {
            for (Object row : slice) {
                Object name = name(Stages.key(row));
                Object before = expected.get(name);
                expected.put(name, expected.containsKey(name) ? merged(before, Stages.value(row)) : Stages.value(row));
            }
        }
        Lineage rows = rows(stages, slices);
        Lineage sums = aggregated(stages, rows, 3, new Aggregation.Reduce(SpilledGroupsTest::merged));
        Map<Object, Object> found = new HashMap<>();
        for (Object row : stages.collect(sums)) {
            assertThat(found.containsKey(name(Stages.key(row)))).as(what).isFalse();
            found.put(name(Stages.key(row)), Stages.value(row));
        }
        assertThat(found.equals(expected)).as(what).isTrue();
        return stages.spilledBytes;
    }

    /** Sums, the larger of two texts, and of nothing the other: in whichever order they are merged. */
    private static Object merged(Object left, Object right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        if (left instanceof Long number) {
            return number + (long) right;
        }
        if (left instanceof Integer number) {
            return number + (int) right;
        }
        if (left instanceof BigInteger number) {
            return number.add((BigInteger) right);
        }
        if (left instanceof Point point) {
            return new Point(point.x + ((Point) right).x, point.name);
        }
        return left.toString().compareTo(right.toString()) > 0 ? left : right;
    }

    @Test
    void statesThatGrowAreMergedRightWithHoweverLittleMemory() throws Exception {
        long spilled = 0;
        for (boolean mapSide : new boolean[] {true, false}) {
            for (String kind : keys().keySet()) {
                long memory = MEMORY[random.nextInt(MEMORY.length)];
                String what = "seed %d: sets by %s, %d bytes of memory".formatted(seed, kind, memory);
                Stages stages = stages(memory);
                List<List<Object>> slices = slices(keys().get(kind), () -> "value " + random.nextInt(5000));
                Map<Object, TreeSet<Object>> expected = new HashMap<>();
                for (List<Object> slice : slices) {
                    for (Object row : slice) {
                        expected.computeIfAbsent(name(Stages.key(row)), key -> new TreeSet<>())
                                .add(Stages.value(row));
                    }
                }
                Aggregation sets = new Aggregation.Combine(
                        value -> new ArrayList<>(List.of(value)),
                        SpilledGroupsTest::added,
                        SpilledGroupsTest::put,
                        mapSide);
                Map<Object, TreeSet<Object>> found = new HashMap<>();
                for (Object row : stages.collect(aggregated(stages, rows(stages, slices), 2, sets))) {
                    assertThat(found.put(name(Stages.key(row)), new TreeSet<>((List<?>) Stages.value(row))))
                            .as(what)
                            .isNull();
                }
                assertThat(found.equals(expected)).as(what).isTrue();
                spilled += stages.spilledBytes;
                random = new Random(++seed);
            }
        }
        assertThat(spilled).isPositive();
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

    @Test
    void groupingIsRightWithHoweverLittleMemory() throws Exception {
        Map<String, Supplier<Object>> values = new LinkedHashMap<>();
        values.put("longs", () -> (long) random.nextInt(1000));
        values.put("texts", () -> "v" + random.nextInt(1000));
        values.put("points", () -> new Point(random.nextInt(1000), "v" + random.nextInt(3)));
        values.put(
                "mixed",
                () -> random.nextInt(30) == 0 ? null : random.nextInt(9) == 0 ? "x" : (Object) random.nextInt(99));
        long spilled = 0;
        for (String value : values.keySet()) {
            for (String key : keys().keySet()) {
                long memory = MEMORY[random.nextInt(MEMORY.length)];
                String what = "seed %d: %s by %s, %d bytes of memory".formatted(seed, value, key, memory);
                Stages stages = stages(memory);
                List<List<Object>> slices = slices(keys().get(key), values.get(value));
                Map<Object, Map<Object, Integer>> expected = new HashMap<>();
                for (List<Object> slice : slices) {
                    for (Object row : slice) {
                        expected.computeIfAbsent(name(Stages.key(row)), name -> new HashMap<>())
                                .merge(name(Stages.value(row)), 1, Integer::sum);
                    }
                }
                Lineage groups = aggregated(stages, rows(stages, slices), 3, new Aggregation.Group());
                Map<Object, Map<Object, Integer>> found = new HashMap<>();
                for (Object row : stages.collect(groups)) {
                    Map<Object, Integer> counts = new HashMap<>();
                    ((List<?>) Stages.value(row)).forEach(one -> counts.merge(name(one), 1, Integer::sum));
                    assertThat(found.put(name(Stages.key(row)), counts))
                            .as(what)
                            .isNull();
                }
                assertThat(found.equals(expected)).as(what).isTrue();
                spilled += stages.spilledBytes;
                random = new Random(++seed);
            }
        }
        assertThat(spilled).isPositive();
    }

    @Test
    void whatWasPutAsideGoesOnAsBatchesToTheNextShuffle() throws Exception {
        Stages stages = stages(20_000);
        stages.settings = SMALL_CHUNKS.compileAfterRows(0);
        List<List<Object>> slices = slices(() -> (long) random.nextInt(5000), () -> 1L);
        Lineage counts = stages.aggregate(
                rows(stages, slices), new HashPartitioner(2), new Aggregation.Reduce(SpilledGroupsTest::merged));
        Lineage ofCounts = stages.aggregate(
                stages.map(counts, row -> Pair.of(Stages.value(row), 1L)),
                new HashPartitioner(2),
                new Aggregation.Reduce(SpilledGroupsTest::merged));
        long rows = 0;
        for (Object row : stages.collect(ofCounts)) {
            rows += (long) Stages.key(row) * (long) Stages.value(row);
        }
        assertThat(rows)
                .as("seed %d", seed)
                .isEqualTo(slices.stream().mapToLong(List::size).sum());
        assertThat(stages.spilledBytes).isPositive();
    }

    @Test
    void aKeyWhoseListDoesNotFitIsNamedWithItsSize() throws Exception {
        for (Object large : List.of("hot ".repeat(100), 7L, new Clumsy(4), List.of(5))) {
            Stages stages = stages(1 << 20);
            List<Object> rows = new ArrayList<>();
            for (long row = 0; row < 150_000; row++) {
                boolean isHot = row % 3 != 0;
                rows.add(Pair.of(isHot ? large : other(large, row), row));
            }
            Lineage groups =
                    stages.aggregate(stages.collection(sliced(rows)), new HashPartitioner(1), new Aggregation.Group());
            String text = large.toString();
            assertThatThrownBy(() -> stages.collect(groups))
                    .isInstanceOf(MemoryExceeded.class)
                    .hasMessageContaining("key " + text.substring(0, Math.min(100, text.length())))
                    .hasMessageContaining("has 100000 values, about 2.")
                    .hasMessageContaining("MiB as objects");
            assertThat(stages.cluster.open).as("left open").isZero();
        }
    }

    private static Object other(Object like, long row) {
        if (like instanceof String) {
            return "other " + row % 1000;
        }
        return like instanceof Long
                ? (Object) (row + 100)
                : like instanceof Clumsy ? new Clumsy((int) row * 3) : List.of(row);
    }

    @Test
    void aKeyThatHoldsMostRowsIsGroupedAsLongAsItsListFits() throws Exception {
        Stages stages = stages(4 << 20);
        List<Object> rows = new ArrayList<>();
        for (long row = 0; row < 300_000; row++) {
            rows.add(Pair.of(row % 3 == 0 ? -1L : row, row));
        }
        Lineage groups =
                stages.aggregate(stages.collection(sliced(rows)), new HashPartitioner(1), new Aggregation.Group());
        long values = 0;
        int largest = 0;
        for (Object row : stages.collect(groups)) {
            int size = ((List<?>) Stages.value(row)).size();
            values += size;
            largest = Math.max(largest, size);
        }
        assertThat(values).isEqualTo(300_000);
        assertThat(largest).isEqualTo(100_000);
        assertThat(stages.spilledBytes).isPositive();
    }

    @Test
    void keysThatNothingPartsAreCountedWhenTheyDoNotFit() throws Exception {
        for (boolean asObjects : new boolean[] {false, true}) {
            Stages stages = stages(100_000);
            List<Object> rows = new ArrayList<>();
            for (int row = 0; row < 60_000; row++) {
                Object key = asObjects ? List.of(new Clumsy(row * 3)) : new Clumsy(row * 3);
                rows.add(Pair.of(key, "some text that takes a little memory " + row));
            }
            Lineage merged = stages.aggregate(
                    stages.collection(sliced(rows)),
                    new HashPartitioner(1),
                    new Aggregation.Reduce(SpilledGroupsTest::merged));
            assertThatThrownBy(() -> stages.collect(merged))
                    .isInstanceOf(MemoryExceeded.class)
                    .hasMessageContaining("keys whose hashes are all the same")
                    .hasMessageContaining("MiB");
            assertThat(stages.cluster.open).as("left open").isZero();
        }
    }

    @Test
    void nothingStaysOpenWhateverGoesWrong() throws Exception {
        List<List<Object>> slices = slices(() -> (long) random.nextInt(4000), () -> (long) random.nextInt(9));
        MergeFunction<Object, Object, Object> sum = (left, right) -> {
            if (left.equals(8L)) {
                throw new IOException("the user's fault");
            }
            return (long) left + (long) right;
        };
        for (int trial = 0; trial < 60; trial++) {
            Stages stages = stages(MEMORY[random.nextInt(2)]);
            stages.settings = SMALL_CHUNKS;
            boolean groups = trial % 2 == 0;
            Lineage grouped = stages.aggregate(
                    stages.collection(slices),
                    new HashPartitioner(1),
                    groups ? new Aggregation.Group() : new Aggregation.Reduce(SpilledGroupsTest::merged));
            stages.prepare(grouped);
            FakeServices whole = stages.services(0);
            int[] asked = {0};
            int[] written = {0};
            whole.killed = () -> asked[0]++ < 0;
            whole.diskFull = () -> written[0]++ < 0;
            stages.run(grouped, new Action.Count(), whole);
            FakeServices services = stages.services(0);
            boolean kill = trial % 3 == 0;
            int[] left = {random.nextInt(kill ? asked[0] : written[0])};
            if (kill) {
                services.killed = () -> left[0]-- <= 0;
            } else {
                services.diskFull = () -> left[0]-- <= 0;
            }
            assertThatThrownBy(() -> stages.run(grouped, new Action.Count(), services))
                    .as("seed %d, trial %d", seed, trial)
                    .isInstanceOf(kill ? TaskKilled.class : IOException.class);
            assertThat(stages.cluster.open)
                    .as("seed %d, trial %d: left open", seed, trial)
                    .isZero();
        }
        Stages stages = stages(2_000);
        Lineage failing = stages.aggregate(
                stages.collection(slices),
                new HashPartitioner(1),
                new Aggregation.Combine(value -> value, sum, sum::call, false));
        assertThatThrownBy(() -> stages.collect(failing)).hasMessage("the user's fault");
        assertThat(stages.cluster.open).as("left open").isZero();
    }

    private Stages stages(long memory) {
        Stages stages = new Stages();
        stages.memoryBytes = memory;
        stages.settings = new PipelineSettings(1 + random.nextInt(50_000), 1 + random.nextInt(2000), 1000)
                .compileAfterRows(random.nextBoolean() ? 0 : Long.MAX_VALUE);
        return stages;
    }

    /** By the reduce side of a shuffle; or after it, where equal keys lie together. */
    private Lineage aggregated(Stages stages, Lineage rows, int partitions, Aggregation aggregation) {
        HashPartitioner partitioner = new HashPartitioner(partitions);
        if (random.nextInt(3) > 0) {
            return stages.aggregate(rows, partitioner, aggregation);
        }
        Lineage together = stages.read(stages.shuffle(rows, partitioner, true, null), new ReadSide.AsIs());
        return stages.narrow(
                random.nextBoolean() ? together : stages.map(together, row -> row), new Op.AggregateByKey(aggregation));
    }

    private Lineage rows(Stages stages, List<List<Object>> slices) {
        Lineage rows = stages.collection(slices);
        return random.nextBoolean() ? rows : stages.map(rows, row -> row);
    }

    private List<List<Object>> slices(Supplier<Object> key, Supplier<Object> value) {
        List<List<Object>> slices = new ArrayList<>();
        for (int rows : new int[] {3000 + random.nextInt(6000), 0, 1, random.nextInt(3000)}) {
            List<Object> slice = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                slice.add(Pair.of(key.get(), value.get()));
            }
            slices.add(slice);
        }
        return slices;
    }

    private static List<List<Object>> sliced(List<Object> rows) {
        List<List<Object>> slices = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += 5000) {
            slices.add(rows.subList(from, Math.min(rows.size(), from + 5000)));
        }
        return slices;
    }

    private static Object name(Object value) {
        return value == null ? "none" : value;
    }
}
