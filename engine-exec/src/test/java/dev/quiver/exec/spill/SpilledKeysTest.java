package dev.quiver.exec.spill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SpilledKeysTest {
    private static final ClassLoader LOADER = SpilledKeysTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);
    private static final long SEED = 11;

    private final Random random = new Random(SEED);

    record Place(int row, String name) {}

    @Test
    void everyRowComesBackAndEqualKeysStayTogetherWhateverTheirLayout() throws Exception {
        Map<String, Supplier<Object>> kinds = new HashMap<>(Map.of(
                "longs", () -> (long) random.nextInt(300),
                "texts", () -> "wört" + random.nextInt(300),
                "slices", () -> Text.of("w" + random.nextInt(300)),
                "records", () -> new Place(random.nextInt(20), "p" + random.nextInt(9)),
                "pairs", () -> Pair.of(random.nextInt(20), random.nextBoolean()),
                "nulls too", () -> random.nextInt(9) == 0 ? null : (Object) random.nextInt(40),
                "longs and texts", () -> random.nextBoolean() ? (Object) (long) random.nextInt(40) : "t",
                "lists", () -> List.of(random.nextInt(30)),
                "doubles", () -> List.of(0.0, -0.0, Double.NaN, 2.5).get(random.nextInt(4))));
        for (Map.Entry<String, Supplier<Object>> kind : kinds.entrySet()) {
            for (long buffer : new long[] {1, 1 << 12, 1 << 20}) {
                String what = kind.getKey() + ", buffers of " + buffer + ", seed " + SEED;
                MemorySpill file = new MemorySpill();
                List<Object> rows = new ArrayList<>();
                try (SpilledKeys spilled = new SpilledKeys(file, 0, buffer, SERIALIZER, LOADER)) {
                    for (int batch = 0; batch < 6; batch++) {
                        List<Object> part = new ArrayList<>();
                        for (int row = random.nextInt(900); row >= 0; row--) {
                            part.add(new Pair<>(kind.getValue().get(), random.nextLong()));
                        }
                        rows.addAll(part);
                        if (batch % 2 == 0) {
                            spilled.accept(columns(part));
                        } else {
                            for (Object row : part) {
                                spilled.add(row);
                            }
                        }
                    }
                    spilled.flush();
                    check(what, spilled, rows);
                }
                assertThat(file.closed).isTrue();
            }
        }
    }

    private static void check(String what, SpilledKeys spilled, List<Object> rows) throws Exception {
        List<Object> found = new ArrayList<>();
        Map<Object, Integer> runs = new HashMap<>();
        for (int run = 0; run < SpilledKeys.RUNS; run++) {
            long count = 0;
            BatchSource source = spilled.read(run);
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                for (Object row : rows(batch)) {
                    found.add(row);
                    count++;
                    Integer before = runs.putIfAbsent(((Pair<?, ?>) row).key(), run);
                    assertThat(before == null || before == run).as(what).isTrue();
                }
            }
            assertThat(spilled.rows(run)).as(what).isEqualTo(count);
            assertThat(spilled.bytes(run) > 0).as(what).isEqualTo(count > 0);
        }
        assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void keysOfOneReducePartitionAreDealtEvenlyAndTheNextLevelPartsWhatOneLeftTogether() {
        int[] first = new int[SpilledKeys.RUNS];
        Set<Integer> second = new HashSet<>();
        int keys = 0;
        for (long key = 0; key < 640_000; key++) {
            int hash = Long.hashCode(key);
            if (HashPartitioner.partitionOfHash(hash, 64) == 5) {
                keys++;
                first[SpilledKeys.run(hash, 0)]++;
                if (SpilledKeys.run(hash, 0) == 3) {
                    second.add(SpilledKeys.run(hash, 1));
                }
            }
        }
        int even = keys / SpilledKeys.RUNS;
        for (int run : first) {
            assertThat(run).isBetween(even * 3 / 4, even * 5 / 4);
        }
        assertThat(second).hasSize(SpilledKeys.RUNS);
    }

    @Test
    void oneKeyAloneIsRecognised() throws Exception {
        try (SpilledKeys spilled = new SpilledKeys(new MemorySpill(), 2, 100, SERIALIZER, LOADER)) {
            for (int row = 0; row < 500; row++) {
                spilled.add(Pair.of("only", row));
            }
            spilled.flush();
            int run = SpilledKeys.run("only".hashCode(), 2);
            assertThat(spilled.isOneHash(run)).isTrue();
            assertThat(spilled.isOneHash((run + 1) % SpilledKeys.RUNS)).isFalse();
        }
    }

    private static ColumnBatch columns(List<Object> rows) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
        rows.forEach(builder::append);
        return builder.seal();
    }

    private static List<Object> rows(ColumnBatch batch) {
        RowReader reader = new RowReader(batch, SERIALIZER, LOADER);
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            rows.add(reader.row(row));
        }
        return rows;
    }
}
