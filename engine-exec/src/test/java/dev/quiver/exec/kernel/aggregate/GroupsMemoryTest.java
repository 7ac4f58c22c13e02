package dev.quiver.exec.kernel.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.pipeline.FakeMemory;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.ReduceFunction;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** What tables say they hold, against what they grow to. */
class GroupsMemoryTest {
    private static final long SEED = 91;
    private static final ClassLoader LOADER = GroupsMemoryTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);
    private static final int BATCH_ROWS = 4000;

    private final Random random = new Random(SEED);

    record Trade(int symbol, long at) {}

    private static final ReduceFunction<Object> MERGE = (left, right) -> {
        if (left instanceof Long number) {
            return number + (long) right;
        }
        return left instanceof Trade trade
                ? new Trade(trade.symbol, ((Trade) right).at)
                : left.hashCode() > right.hashCode() ? left : right;
    };

    private static Map<String, LongFunction<Pair<?, ?>>> kinds() {
        Map<String, LongFunction<Pair<?, ?>>> kinds = new LinkedHashMap<>();
        kinds.put("longs", row -> Pair.of(row, row));
        kinds.put("short texts", row -> Pair.of(Long.toString(row, 36), row));
        kinds.put("longer texts", row -> Pair.of("key number " + row, row));
        kinds.put("long texts", row -> Pair.of("a key that takes more than fifteen bytes, number " + row, row));
        kinds.put("slices", row -> Pair.of(Text.of("k" + row), row));
        kinds.put("records", row -> Pair.of(new Trade((int) row, row), new Trade(1, row)));
        kinds.put("ints with texts", row -> Pair.of((int) row, "text of " + row));
        kinds.put("ints with slices", row -> Pair.of((int) row, Text.of("text of " + row)));
        return kinds;
    }

    @Test
    void neverTakesMoreThanItSaidBeforeABatchWasAdded() throws Exception {
        for (Map.Entry<String, LongFunction<Pair<?, ?>>> kind : kinds().entrySet()) {
            for (int keys : new int[] {100, 1 << 20}) {
                Groups groups = null;
                for (int batchNumber = 0; batchNumber < 60; batchNumber++) {
                    ColumnBatch batch = batch(kind.getValue(), keys);
                    if (groups == null) {
                        groups = groups(batch.shape());
                    }
                    long said = groups.bytesWith(batch, 0, batch.rows());
                    assertThat(groups.add(batch, 0, batch.rows())).isEqualTo(batch.rows());
                    assertThat(groups.bytes())
                            .as("seed %d, %s, %d keys, batch %d", SEED, kind.getKey(), keys, batchNumber)
                            .isLessThanOrEqualTo(said);
                }
                assertThat(groups.bytes()).as(kind.getKey()).isLessThan(keys == 100 ? 1 << 18 : 64 << 20);
                long full = groups.bytes();
                while (groups.take() != null) {}
                groups.clear();
                assertThat(groups.bytes()).as(kind.getKey()).isLessThan(keys == 100 ? full + 1 : full / 8);
            }
        }
    }

    @Test
    void saysWhatTheHeapSays() throws Exception {
        for (Map.Entry<String, LongFunction<Pair<?, ?>>> kind : kinds().entrySet()) {
            List<ColumnBatch> batches = new ArrayList<>();
            for (int number = 0; number < 100; number++) {
                batches.add(batch(kind.getValue(), 1 << 28));
            }
            // Once for the classes that are loaded, and what is made once for all.
            filled(batches.subList(0, 1));
            long before = usedHeap();
            Groups groups = filled(batches);
            long used = usedHeap() - before;
            assertThat(groups.bytes())
                    .as("%s: %d bytes of heap were used", kind.getKey(), used)
                    .isBetween(used / 10 * 7, used / 10 * 15);
        }
    }

    private static Groups filled(List<ColumnBatch> batches) throws Exception {
        Groups groups = groups(batches.get(0).shape());
        for (ColumnBatch batch : batches) {
            groups.add(batch, 0, batch.rows());
        }
        return groups;
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int time = 0; time < 3; time++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void statesThatGrowAreCounted() throws Exception {
        Groups groups = null;
        long bytes = 0;
        for (int number = 0; number < 50; number++) {
            // A tenth of all rows are of one key: its state is the largest by far.
            ColumnBatch batch = batch(
                    row -> Pair.of(row % 10 == 0 ? 0L : row % 1000, "some text that grows, number " + row), 1 << 20);
            if (groups == null) {
                groups = Groups.of(
                                batch.shape(),
                                KeyMerge.reducing((left, right) -> left + "" + right),
                                SERIALIZER,
                                LOADER)
                        .orElseThrow();
            }
            groups.add(batch, 0, batch.rows());
            bytes += batch.columns().get(1).sizeBytes();
        }
        assertThat(groups.bytes()).as("seed %d", SEED).isBetween(bytes / 2, bytes * 2);
    }

    @Test
    void theMapSideHandsOnWhenMemoryIsRefused() throws Exception {
        for (boolean mustMerge : new boolean[] {false, true}) {
            for (Map.Entry<String, LongFunction<Pair<?, ?>>> kind : kinds().entrySet()) {
                FakeMemory memory = new FakeMemory("map side", 3 << 20, () -> {});
                long[] handedOn = {0};
                long[] passed = {0};
                MapSideGroups side = null;
                for (int number = 0; number < 60; number++) {
                    ColumnBatch batch = batch(kind.getValue(), 200_000);
                    if (side == null) {
                        side = new MapSideGroups(
                                groups(batch.shape()),
                                1 << 20,
                                merged -> handedOn[0] += merged.rows(),
                                others -> passed[0] += others.rows(),
                                mustMerge,
                                new HeldMemory(memory),
                                ContentBeforeMerging.ignored());
                    }
                    side.accept(batch);
                    assertThat(memory.bytes())
                            .as("seed %d, %s", SEED, kind.getKey())
                            .isLessThan(4 << 20);
                }
                assertThat(handedOn[0] + passed[0]).as(kind.getKey()).isPositive();
                side.finish();
                assertThat(passed[0] == 0 || !mustMerge).isTrue();
                assertThat(memory.bytes()).as(kind.getKey()).isLessThan(1 << 20);
            }
        }
    }

    private ColumnBatch batch(LongFunction<Pair<?, ?>> kind, int keys) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
        for (int row = 0; row < BATCH_ROWS; row++) {
            builder.append(kind.apply(random.nextInt(keys)));
        }
        return builder.seal();
    }

    private static Groups groups(Shape shape) {
        return Groups.of(shape, KeyMerge.reducing(MERGE), SERIALIZER, LOADER).orElseThrow();
    }
}
