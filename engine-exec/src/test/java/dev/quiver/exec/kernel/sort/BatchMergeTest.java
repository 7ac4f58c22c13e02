package dev.quiver.exec.kernel.sort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Merging gives what a stable sort of all runs, one behind the other, gives. */
class BatchMergeTest {
    private static final int SEEDS = 60;

    private static final Map<String, Function<Random, Object>> KEYS = new TreeMap<>(Map.of(
            "longs", random -> random.nextLong(),
            "few longs", random -> (long) random.nextInt(5),
            "ints", random -> random.nextInt(1000) - 500,
            "doubles", random -> random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian(),
            "one prefix", random -> "the same beginning " + random.nextInt(500),
            "prefixes", random -> "x".repeat(random.nextInt(30)),
            "zeros", random -> "a" + "\0".repeat(random.nextInt(20)),
            "wide", random -> "\uD7FF\uE000\uFFFF\uD800\uDC00".substring(random.nextInt(3)) + random.nextInt(9),
            "bytes",
                    random -> {
                        byte[] bytes = new byte[random.nextInt(12)];
                        random.nextBytes(bytes);
                        return bytes;
                    }));

    private final ClassLoader loader = BatchMergeTest.class.getClassLoader();
    private final KryoValueSerializer serializer = new KryoValueSerializer(loader);
    private int closed;

    @Test
    void runsOfAnyKeysMergeInEitherDirection() throws Exception {
        for (Map.Entry<String, Function<Random, Object>> keys : KEYS.entrySet()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                for (NaturalOrder order : NaturalOrder.values()) {
                    Random random = new Random(seed);
                    List<List<Object>> runs = new ArrayList<>();
                    for (int run = random.nextInt(9); run > 0; run--) {
                        runs.add(run(random, random.nextInt(300), keys.getValue(), order));
                    }
                    check(keys.getKey() + ", seed " + seed + ", " + order, runs, order, random);
                }
            }
        }
    }

    /** Long stretches come from one run: they are found by searching, and whole chunks are passed on. */
    @Test
    void runsThatBarelyOverlapMergeToo() throws Exception {
        for (int seed = 0; seed < SEEDS; seed++) {
            for (NaturalOrder order : NaturalOrder.values()) {
                Random random = new Random(seed);
                List<List<Object>> runs = new ArrayList<>();
                for (int run = 0; run < 5; run++) {
                    long first = 900L * run;
                    runs.add(run(random, 1000, any -> first + any.nextInt(1000), order));
                }
                check("seed " + seed + ", " + order, runs, order, random);
            }
        }
    }

    @Test
    void aChunkThatComesBeforeAllOthersIsPassedOnAsItIs() throws Exception {
        Random random = new Random(1);
        List<List<Object>> runs = List.of(
                run(random, 10_000, any -> (long) any.nextInt(100), NaturalOrder.ASCENDING),
                run(random, 10_000, any -> 100L + any.nextInt(100), NaturalOrder.ASCENDING));
        List<BatchSource> sources = new ArrayList<>();
        List<ColumnBatch> chunks = new ArrayList<>();
        for (List<Object> run : runs) {
            List<ColumnBatch> made = chunks(run, new Random(2), 2000);
            chunks.addAll(made);
            sources.add(BatchSource.of(made));
        }
        BatchMerge merge = new BatchMerge(chunks.get(0).shape(), true, sources, 4096, 1 << 20, () -> {});
        int passed = 0;
        for (ColumnBatch batch = merge.next(); batch != null; batch = merge.next()) {
            passed += chunks.contains(batch) ? 1 : 0;
        }
        assertThat(passed).isGreaterThanOrEqualTo(chunks.size() - 1);
    }

    @Test
    void batchesOfLargeRowsAreSmall() throws Exception {
        List<BatchSource> sources = new ArrayList<>();
        Shape shape = null;
        for (int run = 0; run < 20; run++) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            for (long row = 0; row < 10; row++) {
                builder.append(Pair.of(row, new byte[10_000]));
            }
            ColumnBatch chunk = builder.seal();
            shape = chunk.shape();
            sources.add(BatchSource.of(List.of(chunk)));
        }
        BatchMerge merge = new BatchMerge(shape, true, sources, 4096, 50_000, () -> {});
        int rows = 0;
        for (ColumnBatch batch = merge.next(); batch != null; batch = merge.next()) {
            assertThat(batch.sizeBytes()).isLessThan(101_000);
            rows += batch.rows();
        }
        assertThat(rows).isEqualTo(200);
    }

    private static List<Object> run(Random random, int rows, Function<Random, Object> key, NaturalOrder order) {
        List<Object> run = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            run.add(Pair.of(key.apply(random), random.nextInt()));
        }
        run.sort((left, right) -> order.compare(((Pair<?, ?>) left).key(), ((Pair<?, ?>) right).key()));
        return run;
    }

    private void check(String what, List<List<Object>> runs, NaturalOrder order, Random random) throws Exception {
        List<Object> expected = new ArrayList<>();
        runs.forEach(expected::addAll);
        expected.sort((left, right) -> order.compare(((Pair<?, ?>) left).key(), ((Pair<?, ?>) right).key()));
        Shape shape = new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.INT);
        List<BatchSource> sources = new ArrayList<>();
        for (List<Object> run : runs) {
            List<ColumnBatch> chunks = chunks(run, random, 1 + random.nextInt(200));
            shape = chunks.isEmpty() ? shape : chunks.get(0).shape();
            sources.add(counting(BatchSource.of(chunks)));
        }
        closed = 0;
        List<Object> merged = new ArrayList<>();
        try (BatchMerge merge = new BatchMerge(
                shape, order == NaturalOrder.ASCENDING, sources, 1 + random.nextInt(300), 1 << 20, () -> {})) {
            for (ColumnBatch batch = merge.next(); batch != null; batch = merge.next()) {
                RowReader rows = new RowReader(batch, serializer, loader);
                assertThat(batch.rows()).isPositive();
                for (int row = 0; row < batch.rows(); row++) {
                    merged.add(rows.row(row));
                }
            }
            assertThat(merge.next()).isNull();
        }
        assertThat(texts(merged)).as(what).isEqualTo(texts(expected));
        assertThat(closed).as("runs closed, " + what).isEqualTo(runs.size());
    }

    private static List<String> texts(List<Object> rows) {
        return rows.stream()
                .map(row -> java.util.Arrays.deepToString(
                        new Object[] {((Pair<?, ?>) row).key(), ((Pair<?, ?>) row).value()}))
                .toList();
    }

    private List<ColumnBatch> chunks(List<Object> rows, Random random, int most) {
        List<ColumnBatch> chunks = new ArrayList<>();
        for (int row = 0; row < rows.size(); ) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
            for (int count = 1 + random.nextInt(most); count > 0 && row < rows.size(); count--) {
                builder.append(rows.get(row++));
            }
            chunks.add(builder.seal());
        }
        return chunks;
    }

    private BatchSource counting(BatchSource source) {
        return new BatchSource() {
            private boolean isClosed;

            @Override
            public ColumnBatch next() throws Exception {
                return source.next();
            }

            @Override
            public void close() {
                closed += isClosed ? 0 : 1;
                isClosed = true;
            }
        };
    }
}
