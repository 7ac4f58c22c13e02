package dev.quiver.exec.kernel.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.MergeFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class IndexedGroupsTest {
    private static final ClassLoader LOADER = IndexedGroupsTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);

    record Place(int row, String name, double weight, boolean open) {}

    record Totals(long sum, int count) {}

    /** Equal when the names are, whatever their case. */
    record Loose(String name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Loose loose && loose.name.equalsIgnoreCase(name);
        }

        @Override
        public int hashCode() {
            return name.toLowerCase(java.util.Locale.ROOT).hashCode();
        }
    }

    private static Totals add(Totals left, Totals right) {
        return new Totals(left.sum + right.sum, left.count + right.count);
    }

    @Test
    void mergesEveryKindOfKeyAndStateAsAMapDoes() throws Exception {
        List<Function<Random, Object>> keys = List.of(
                random -> new Place(
                        random.nextInt(5),
                        "n" + random.nextInt(4),
                        List.of(0.0, -0.0, Double.NaN).get(random.nextInt(3)),
                        random.nextBoolean()),
                random -> Pair.of((long) random.nextInt(9), "x".repeat(random.nextInt(20))),
                random -> "text" + random.nextInt(300),
                random -> random.nextInt(50) / 4f,
                random -> random.nextBoolean(),
                random -> (long) random.nextInt(70_000));
        List<Function<Random, Object>> values = List.of(
                random -> new Totals(random.nextLong(), 1),
                random -> (long) random.nextInt(100),
                random -> "v" + random.nextInt(9));
        List<KeyMerge> merges = List.of(
                new KeyMerge(null, (MergeFunction<Object, Object, Object>) IndexedGroupsTest::sum),
                // Into other types: a record, text, and one that is not always the same.
                new KeyMerge(value -> new Totals(value.hashCode(), 1), (MergeFunction<Object, Object, Object>)
                        (state, value) -> add((Totals) state, new Totals(value.hashCode(), 1))),
                new KeyMerge(String::valueOf, (MergeFunction<Object, Object, Object>)
                        (state, value) -> ("" + state + value).substring(0, 1)),
                new KeyMerge(value -> 1L, (MergeFunction<Object, Object, Object>) (state, value) ->
                        state.equals(40L) ? "many" : state instanceof Long count ? (Object) (count + 1) : state));
        int seed = 0;
        for (Function<Random, Object> key : keys) {
            for (Function<Random, Object> value : values) {
                for (KeyMerge merge : merges) {
                    agrees(new Random(seed), key, value, merge, seed++);
                }
            }
        }
    }

    private static Object sum(Object left, Object right) {
        if (left instanceof Totals totals) {
            return add(totals, (Totals) right);
        }
        return left instanceof Long number ? (Object) (number + (Long) right) : left + "," + right;
    }

    private static void agrees(
            Random random, Function<Random, Object> key, Function<Random, Object> value, KeyMerge merge, int seed)
            throws Exception {
        Groups groups = null;
        Map<Object, Object> expected = new LinkedHashMap<>();
        for (int batchNumber = 0; batchNumber < 4; batchNumber++) {
            int rows = batchNumber == 1 ? 1 : random.nextInt(9000);
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
            for (int row = 0; row < rows; row++) {
                Pair<Object, Object> pair = Pair.of(key.apply(random), value.apply(random));
                builder.append(pair);
                Object before = expected.get(pair.key());
                expected.put(
                        pair.key(),
                        before == null
                                ? merge.first(pair.value())
                                : merge.call().call(before, pair.value()));
            }
            ColumnBatch batch = builder.seal();
            if (rows == 0) {
                continue;
            }
            if (groups == null) {
                groups = new IndexedGroups((Shape.PairOf) batch.shape(), merge, SERIALIZER, LOADER);
            }
            assertThat(groups.takes(batch)).as("seed %d", seed).isTrue();
            int middle = random.nextInt(rows + 1);
            assertThat(groups.add(batch, 0, middle)).isEqualTo(middle);
            assertThat(groups.add(batch, middle, rows)).isEqualTo(rows);
        }
        assertThat(groups.complete()).isTrue();
        Map<Object, Object> found = new LinkedHashMap<>();
        for (ColumnBatch taken = groups.take(); taken != null; taken = groups.take()) {
            RowReader reader = new RowReader(taken, SERIALIZER, LOADER);
            for (int row = 0; row < taken.rows(); row++) {
                Pair<?, ?> pair = (Pair<?, ?>) reader.row(row);
                assertThat(found.put(pair.key(), pair.value()))
                        .as("seed %d", seed)
                        .isNull();
            }
        }
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
        // In the order in which they came.
        assertThat(new ArrayList<>(found.keySet())).as("seed %d", seed).isEqualTo(new ArrayList<>(expected.keySet()));
    }

    @Test
    void aNullValueTurnsStatesIntoObjectsAndANullKeyIsNotTaken() throws Exception {
        KeyMerge merge = new KeyMerge(null, (MergeFunction<Object, Object, Object>)
                (left, right) -> right == null ? left : (Object) ((Long) left + (Long) right));
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
        for (long row = 0; row < 1000; row++) {
            builder.append(Pair.of(true, row % 100 == 50 ? null : row));
        }
        ColumnBatch batch = builder.seal();
        IndexedGroups groups = new IndexedGroups((Shape.PairOf) batch.shape(), merge, SERIALIZER, LOADER);
        assertThat(groups.takes(batch)).isTrue();
        groups.add(batch, 0, 30);
        groups.add(batch, 30, 1000);
        assertThat(new RowReader(groups.take(), SERIALIZER, LOADER).row(0)).isEqualTo(Pair.of(true, 499_500L - 5000));
        builder.append(Pair.of(true, 1L));
        builder.append(Pair.of(null, 1L));
        assertThat(groups.takes(builder.seal())).isFalse();
    }

    @Test
    void recordsWithAnEqualityOfTheirOwnAreLeftToTheInterpreter() {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
        builder.append(Pair.of(new Loose("a"), 1L));
        assertThat(Groups.knows(builder.seal().shape(), LOADER)).isFalse();
        builder.append(Pair.of(new Totals(1, 2), 1L));
        assertThat(Groups.knows(builder.seal().shape(), LOADER)).isTrue();
    }
}
