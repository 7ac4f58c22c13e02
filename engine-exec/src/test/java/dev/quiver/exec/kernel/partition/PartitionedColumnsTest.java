package dev.quiver.exec.kernel.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.Partitioner;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.lineage.RoundRobin;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import dev.quiver.task.MapOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PartitionedColumnsTest {
    private enum Colour {
        RED,
        GREEN
    }

    private record Point(int x, double y, String name) {}

    private static final ClassLoader LOADER = PartitionedColumnsTest.class.getClassLoader();
    private static final ValueSerializer SERIALIZER = new KryoValueSerializer(LOADER);

    private record Handed(int partition, ColumnBatch batch) {}

    private final Map<Integer, List<Object>> written = new HashMap<>();
    private final List<Handed> handed = new ArrayList<>();
    private int writes;
    private final MapOutputWriter writer = new MapOutputWriter() {
        @Override
        public void write(int reducePartition, ColumnBatch batch) {
            writes++;
            handed.add(new Handed(reducePartition, batch));
        }

        @Override
        public MapOutput commit() {
            throw new IllegalStateException("kernels do not commit");
        }

        @Override
        public void close() {}
    };

    @Test
    void putsEveryKindOfKeyWhereTheHashPartitionerPutsTheObject() throws Exception {
        long seed = 20;
        Random random = new Random(seed);
        List<Supplier<Object>> kinds = List.of(
                random::nextLong,
                random::nextInt,
                () -> (long) random.nextInt(100),
                () -> (short) random.nextInt(),
                () -> (byte) random.nextInt(),
                () -> (char) random.nextInt(),
                random::nextBoolean,
                random::nextFloat,
                random::nextDouble,
                () -> List.of(Double.NaN, -0.0, 0.0, Double.NEGATIVE_INFINITY).get(random.nextInt(4)),
                () -> List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L).get(random.nextInt(4)),
                () -> text(random),
                () -> Colour.values()[random.nextInt(2)],
                () -> Pair.of(random.nextInt(50), text(random)));
        for (Supplier<Object> kind : kinds) {
            for (boolean keyed : new boolean[] {true, false}) {
                List<Object> rows = new ArrayList<>();
                for (int row = 0; row < 3000; row++) {
                    Object key = random.nextInt(20) == 0 && !(kind.get() instanceof Pair) ? null : kind.get();
                    rows.add(keyed ? Pair.of(key, row) : key);
                }
                dealsLike(new HashPartitioner(1 + random.nextInt(30)), keyed, rows, "seed " + seed + " " + kind.get());
            }
        }
    }

    @Test
    void movesEveryKindOfColumn() throws Exception {
        long seed = 21;
        Random random = new Random(seed);
        List<Supplier<Object>> kinds = List.of(
                () -> text(random).repeat(random.nextInt(40)),
                () -> random.nextInt(3) == 0 ? null : text(random).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                () -> new Point(random.nextInt(), random.nextDouble(), random.nextInt(4) == 0 ? null : text(random)),
                () -> java.time.Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                () -> random.nextInt(3) == 0
                        ? null
                        : random.doubles(random.nextInt(30)).toArray(),
                () -> random.ints(random.nextInt(3)).toArray(),
                () -> (" " + text(random)).toCharArray(),
                () -> random.nextInt(3) == 0 ? null : (Object) random.nextFloat(),
                () -> random.nextInt(3) == 0 ? null : (Object) (short) random.nextInt());
        for (Supplier<Object> kind : kinds) {
            List<Object> rows = new ArrayList<>();
            for (int row = 0; row < 5000; row++) {
                rows.add(Pair.of(random.nextInt(1000), kind.get()));
            }
            dealsLike(new HashPartitioner(7), true, rows, "seed " + seed + " " + kind.get());
        }
    }

    @Test
    void dealsInTurnAcrossBatches() throws Exception {
        RoundRobin dealer = new RoundRobin(7);
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 1000; row++) {
            rows.add((long) row);
        }
        int start = dealer.start(3);
        deal(dealer, false, rows, 3, 10_000);
        Map<Integer, List<Object>> expected = new HashMap<>();
        for (int row = 0; row < 1000; row++) {
            expected.computeIfAbsent((start + row) % 7, key -> new ArrayList<>())
                    .add((long) row);
        }
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void handsRowsOnWhenTogetherTheyGrowLarge() throws Exception {
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 10_000; row++) {
            rows.add(Pair.of(5L, (long) row));
        }
        deal(new HashPartitioner(100), true, rows, 0, 16_000);
        assertThat(writes).isBetween(8, 11);
        assertThat(written).hasSize(1);
        assertThat(written.values().iterator().next()).isEqualTo(rows);
    }

    @Test
    void handsAPartitionOnByItselfWhenItsBytesFillTheCache() throws Exception {
        HashPartitioner partitioner = new HashPartitioner(50);
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < 2_000; row++) {
            rows.add(Pair.of(row % 2 == 0 ? 0L : row, new byte[1_000]));
        }
        deal(partitioner, true, rows, 0, Long.MAX_VALUE / 4);
        assertThat(written.get(partitioner.partition(0L)).size()).isGreaterThanOrEqualTo(1_000);
        assertThat(writes)
                .as("one for each other partition, and one for some 350 rows of this one")
                .isEqualTo(written.size() - 1 + 3);
    }

    @Test
    void leavesUnknownPartitionersAndKeysToTheInterpreter() {
        Shape pairs = new Shape.PairOf(Shape.Scalar.BYTES, Shape.Scalar.LONG);
        Partitioner ranges = new RangePartitioner(new Object[] {5L}, Comparator.naturalOrder());
        assertThat(PartitionTargets.of(
                        new HashPartitioner(3), true, pairs, 0, PartitionedColumnsTest.class.getClassLoader()))
                .isEmpty();
        assertThat(PartitionTargets.of(
                        new HashPartitioner(3),
                        true,
                        Shape.Scalar.LONG,
                        0,
                        PartitionedColumnsTest.class.getClassLoader()))
                .isEmpty();
        assertThat(PartitionTargets.of(
                        ranges, false, new Shape.Opaque("test"), 0, PartitionedColumnsTest.class.getClassLoader()))
                .isEmpty();
    }

    private void dealsLike(Partitioner partitioner, boolean keyed, List<Object> rows, String what) throws Exception {
        written.clear();
        deal(partitioner, keyed, rows, 0, 20_000);
        Map<Integer, List<Object>> expected = new HashMap<>();
        for (Object row : rows) {
            int target = partitioner.partition(keyed ? ((Pair<?, ?>) row).key() : row);
            expected.computeIfAbsent(target, key -> new ArrayList<>()).add(row);
        }
        assertThat(written.keySet()).as(what).isEqualTo(expected.keySet());
        written.forEach((target, found) -> assertThat(Arrays.deepEquals(plain(found), plain(expected.get(target))))
                .as("%s in partition %d", what, target)
                .isTrue());
    }

    /** With pairs as arrays, so that byte arrays in them are compared by content. */
    private static Object[] plain(List<Object> rows) {
        return rows.stream()
                .map(row -> row instanceof Pair<?, ?> pair ? new Object[] {pair.key(), pair.value()} : row)
                .toArray();
    }

    private void deal(Partitioner partitioner, boolean keyed, List<Object> rows, int inputPartition, long flushBytes)
            throws Exception {
        PartitionedColumns columns = null;
        for (int from = 0; from < rows.size(); from += 700) {
            BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, SERIALIZER, LOADER);
            rows.subList(from, Math.min(rows.size(), from + 700)).forEach(builder::append);
            ColumnBatch batch = builder.seal();
            if (columns == null) {
                columns = PartitionedColumns.like(
                                batch,
                                partitioner.partitionCount(),
                                PartitionTargets.of(
                                                partitioner,
                                                keyed,
                                                batch.shape(),
                                                inputPartition,
                                                PartitionedColumnsTest.class.getClassLoader())
                                        .orElseThrow(),
                                writer,
                                flushBytes)
                        .orElseThrow();
            }
            assertThat(columns.takes(batch.shape())).isTrue();
            columns.accept(batch);
        }
        columns.flush();
        // Only now, for what was handed on must stay as it is while other rows follow.
        for (Handed part : handed) {
            written.computeIfAbsent(part.partition(), key -> new ArrayList<>()).addAll(rows(part.batch()));
        }
        handed.clear();
    }

    private static List<Object> rows(ColumnBatch batch) {
        RowReader reader = new RowReader(batch, SERIALIZER, LOADER);
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            rows.add(reader.row(row));
        }
        return rows;
    }

    private static String text(Random random) {
        String alphabet = "abcdefgh é ñ ß 水 火 \uD83D\uDE00 \u0000";
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(14);
        boolean plain = random.nextBoolean();
        for (int index = 0; index < length; index++) {
            text.appendCodePoint(points[random.nextInt(plain ? 8 : points.length)]);
        }
        return text.toString();
    }
}
