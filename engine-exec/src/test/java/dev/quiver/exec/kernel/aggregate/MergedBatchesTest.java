package dev.quiver.exec.kernel.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.aggregate.MergedBatches.Merged;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.pipeline.FakeMemory;
import dev.quiver.exec.pipeline.FakeServices;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.ReduceFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MergedBatchesTest {
    private static final ClassLoader LOADER = MergedBatchesTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);
    private static final ReduceFunction<Object> SUM = (left, right) -> {
        if (left instanceof Long number) {
            return number + (long) right;
        }
        return left instanceof Integer number
                ? (Object) (number + (int) right)
                : (Object) ((double) left + (double) right);
    };

    private final Random random = new Random(30);

    @Test
    void mergesEveryKindOfKeyAndValueAsAHashMapDoes() throws Exception {
        List<Supplier<Object>> keys = List.of(
                () -> (long) random.nextInt(300) - 150,
                () -> List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE).get(random.nextInt(4)),
                () -> random.nextInt(7) << 29,
                () -> (short) random.nextInt(9),
                () -> (byte) random.nextInt(),
                () -> (char) random.nextInt(),
                () -> List.of(Double.NaN, -0.0, 0.0, 1.5).get(random.nextInt(4)),
                () -> "word" + random.nextInt(500),
                () -> List.of("", "a", "\u0000", "\u0000\u0000", "a\u0000", "eightlen", "eightlen9", "水")
                        .get(random.nextInt(8)),
                () -> "x".repeat(random.nextInt(70)) + random.nextInt(3));
        List<Supplier<Object>> values =
                List.of(random::nextLong, random::nextInt, () -> (double) random.nextInt(1000) / 4);
        for (Supplier<Object> key : keys) {
            for (Supplier<Object> value : values) {
                List<Pair<?, ?>> rows = new ArrayList<>();
                for (int row = 0; row < 9000; row++) {
                    rows.add(Pair.of(key.get(), value.get()));
                }
                agrees(rows, SUM);
            }
        }
    }

    @Test
    void mergesMoreKeysThanTheCacheHolds() throws Exception {
        List<Pair<?, ?>> longs = new ArrayList<>();
        List<Pair<?, ?>> texts = new ArrayList<>();
        for (int row = 0; row < 400_000; row++) {
            long key = random.nextInt(150_000) * 0x100000001L;
            longs.add(Pair.of(key, (long) row));
            texts.add(Pair.of(Long.toString(key, 36), (long) row));
        }
        agrees(longs, SUM);
        agrees(texts, SUM);
    }

    @Test
    void mergesOneKeyAndNoRows() throws Exception {
        List<Pair<?, ?>> rows = new ArrayList<>();
        for (int row = 0; row < 100_000; row++) {
            rows.add(Pair.of(0L, 1L));
        }
        agrees(rows, SUM);
        agrees(rows.subList(0, 1), SUM);
        agrees(List.of(), SUM);
    }

    @Test
    void functionsWithStateKeepTheirOwn() throws Exception {
        for (long offset = 0; offset < 3; offset++) {
            long added = offset;
            agrees(
                    List.of(Pair.of(1L, 5L), Pair.of(1L, 7L), Pair.of(2L, 9L)),
                    (left, right) -> (long) left + (long) right + added);
        }
    }

    @Test
    void handsEverythingOverOnceWhenABatchCannotBeTaken() throws Exception {
        List<Object> odd = new ArrayList<>();
        odd.add(Pair.of(1L, null));
        odd.add(Pair.of(null, 1L));
        odd.add(Pair.of("text", 1L));
        odd.add(Pair.of(1L, "text"));
        odd.add(Pair.of(1, 1L));
        odd.add("no pair");
        for (Object row : odd) {
            for (int before : new int[] {0, 10, 5_000, 200_000}) {
                List<Object> rows = new ArrayList<>();
                for (int index = 0; index < before; index++) {
                    rows.add(Pair.of((long) index, 1L));
                }
                rows.add(row);
                for (int index = 0; index < 50; index++) {
                    rows.add(Pair.of((long) index, 1L));
                }
                MergedBatches merged = merged(rows, SUM);
                assertThat(merged.mergeAll()).as("with %s", row).isEqualTo(Merged.SOME);
                // No two rows are merged before the odd one came, so each comes out as it went in.
                assertThat(counted(rows(merged)).equals(counted(rows))).isTrue();
            }
        }
    }

    @Test
    void handsOverWhenTheFunctionGivesAnotherKindOfValue() throws Exception {
        for (int keys : new int[] {10, 100_000}) {
            List<Pair<?, ?>> rows = new ArrayList<>();
            for (int row = 0; row < 300_000; row++) {
                rows.add(Pair.of((long) random.nextInt(keys), 1L));
            }
            ReduceFunction<Object> odd = (left, right) -> {
                long sum = ((Number) left).longValue() + ((Number) right).longValue();
                return sum == 5 ? (Object) 5 : (Object) sum;
            };
            MergedBatches merged = merged(rows, odd);
            assertThat(merged.mergeAll()).isEqualTo(Merged.SOME);
            Map<Object, Long> sums = new HashMap<>();
            for (Object row : rows(merged)) {
                Pair<?, ?> pair = (Pair<?, ?>) row;
                sums.merge(pair.key(), (long) pair.value(), Long::sum);
            }
            Map<Object, Long> expected = new HashMap<>();
            rows.forEach(pair -> expected.merge(pair.key(), (long) pair.value(), Long::sum));
            assertThat(sums.equals(expected)).isTrue();
        }
    }

    @Test
    void keysTooLongForTheTableAreHandedOver() throws Exception {
        List<Object> rows = new ArrayList<>(List.of(Pair.of("a", 1L), Pair.of("b".repeat(70_000), 1L)));
        rows.add(Pair.of("c", 1L));
        MergedBatches merged = merged(rows, SUM);
        assertThat(merged.mergeAll()).isEqualTo(Merged.SOME);
        assertThat(counted(rows(merged)).equals(counted(rows))).isTrue();
    }

    @Test
    void mapSidePassesRowsOnWhenMergingDoesNotPay() throws Exception {
        for (int keys : new int[] {100, 1 << 30}) {
            List<Pair<?, ?>> rows = new ArrayList<>();
            for (int row = 0; row < 300_000; row++) {
                rows.add(Pair.of((long) random.nextInt(keys), 1L));
            }
            List<Object> sent = new ArrayList<>();
            Shape shape = new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG);
            MapSideGroups side = new MapSideGroups(
                    groups(shape, SUM),
                    1 << 20,
                    batch -> sent.addAll(rows(BatchSource.of(List.of(batch)))),
                    batch -> sent.addAll(rows(BatchSource.of(List.of(batch)))),
                    false,
                    memory(),
                    ContentBeforeMerging.ignored());
            BatchSource source = source(rows);
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                side.accept(batch);
            }
            side.finish();
            assertThat(sent.size()).isBetween(keys == 100 ? 100 : 299_000, keys == 100 ? 100 : 300_000);
            assertThat(sums(sent).equals(sums(rows))).isTrue();
        }
    }

    @Test
    void mapSideHoldsNoMoreKeysThanAllowed() throws Exception {
        List<Pair<?, ?>> rows = new ArrayList<>();
        for (int row = 0; row < 200_000; row++) {
            rows.add(Pair.of("key" + (row / 4 + random.nextInt(3)), 1L));
        }
        List<Object> sent = new ArrayList<>();
        Shape shape = new Shape.PairOf(Shape.Scalar.STRING, Shape.Scalar.LONG);
        MapSideGroups side = new MapSideGroups(
                groups(shape, SUM),
                1000,
                batch -> sent.addAll(rows(BatchSource.of(List.of(batch)))),
                batch -> sent.addAll(rows(BatchSource.of(List.of(batch)))),
                false,
                memory(),
                ContentBeforeMerging.ignored());
        BatchSource source = source(rows);
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            side.accept(batch);
        }
        side.finish();
        assertThat(sums(sent).equals(sums(rows))).isTrue();
    }

    private static HeldMemory memory() {
        return new HeldMemory(new FakeMemory("test", Long.MAX_VALUE, () -> {}));
    }

    private static KeyParts parts() {
        return new KeyParts(
                new FakeServices(new FakeServices.Cluster(), 0, 0), "reduceByKey", () -> {}, SERIALIZER, LOADER);
    }

    private static Groups groups(Shape shape, ReduceFunction<Object> merge) {
        return Groups.of(shape, KeyMerge.reducing(merge), SERIALIZER, LOADER).orElse(null);
    }

    private static MergedBatches merged(List<?> rows, ReduceFunction<Object> merge) {
        return new MergedBatches(source(rows), shape -> groups(shape, merge), parts());
    }

    private static Map<Object, Integer> counted(List<Object> rows) {
        Map<Object, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }

    private static Map<Object, Long> sums(List<?> rows) {
        Map<Object, Long> sums = new HashMap<>();
        for (Object row : rows) {
            sums.merge(((Pair<?, ?>) row).key(), (long) ((Pair<?, ?>) row).value(), Long::sum);
        }
        return sums;
    }

    private static void agrees(List<Pair<?, ?>> rows, ReduceFunction<Object> merge) throws Exception {
        Map<Object, Object> expected = new HashMap<>();
        for (Pair<?, ?> row : rows) {
            Object before = expected.get(row.key());
            expected.put(row.key(), before == null ? row.value() : merge.call(before, row.value()));
        }
        MergedBatches merged = merged(rows, merge);
        assertThat(merged.mergeAll()).as("seed 30").isEqualTo(Merged.ALL);
        List<Object> found = rows(merged);
        assertThat(found).as("seed 30").hasSize(expected.size());
        Map<Object, Object> byKey = new HashMap<>();
        found.forEach(row -> byKey.put(((Pair<?, ?>) row).key(), ((Pair<?, ?>) row).value()));
        assertThat(byKey.equals(expected)).as("seed 30").isTrue();
    }

    private static BatchSource source(List<?> rows) {
        List<ColumnBatch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += 5000) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
            rows.subList(from, Math.min(rows.size(), from + 5000)).forEach(builder::append);
            batches.add(builder.seal());
        }
        return BatchSource.of(batches);
    }

    private static List<Object> rows(BatchSource source) throws Exception {
        List<Object> rows = new ArrayList<>();
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            RowReader reader = new RowReader(batch, SERIALIZER, LOADER);
            for (int row = 0; row < batch.rows(); row++) {
                rows.add(reader.row(row));
            }
        }
        return rows;
    }
}
