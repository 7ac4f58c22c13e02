package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.partition.PartitionTargets;
import dev.quiver.exec.kernel.partition.PartitionedColumns;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.pipeline.FakeMemory;
import dev.quiver.exec.pipeline.FakeServices;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.ReduceFunction;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.shape.Shape;
import dev.quiver.task.MapOutput;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ObjIntConsumer;

/** Prints processor nanoseconds per row, in one thread: a sum by long key, a count by word, and partitioning alone. */
public final class KernelSpeed {
    private static final int BATCH_ROWS = 4096;
    private static final Shape.PairOf LONGS = new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG);
    private static final Shape.PairOf TEXTS = new Shape.PairOf(Shape.Scalar.STRING, Shape.Scalar.LONG);
    private static final ReduceFunction<Long> SUM = Long::sum;

    private KernelSpeed() {}

    @SuppressWarnings("unchecked")
    private static ReduceFunction<Object> sum() {
        return (ReduceFunction<Object>) (ReduceFunction<?>) SUM;
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
        for (int round = 0; round < rounds; round++) {
            sumByKey(20_000_000, 1_000_000, 8);
        }
        for (int round = 0; round < rounds; round++) {
            partitionOnly(20_000_000, 500);
        }
        List<byte[]> words = words(200_000);
        int[] text = zipf(17_000_000, words.size());
        for (int round = 0; round < rounds; round++) {
            countWords(text, words, 8);
        }
    }

    /** Map outputs in memory. */
    private static final class Outputs implements MapOutputWriter {
        final List<List<ColumnBatch>> parts = new ArrayList<>();

        Outputs(int partitions) {
            for (int part = 0; part < partitions; part++) {
                parts.add(new ArrayList<>());
            }
        }

        @Override
        public void write(int reducePartition, ColumnBatch batch) {
            parts.get(reducePartition).add(batch);
        }

        @Override
        public MapOutput commit() {
            return new MapOutput(new ShuffleId(0), 0, 0, 0, 0, 0, new byte[0]);
        }

        @Override
        public void close() {}
    }

    private static void sumByKey(int rows, int keys, int parts) throws Exception {
        Outputs outputs = new Outputs(parts);
        long start = cpuNanos();
        long producing = 0;
        long sent = 0;
        long[] key = new long[BATCH_ROWS];
        long[] value = new long[BATCH_ROWS];
        for (int task = 0; task < parts; task++) {
            MapSide side = new MapSide(LONGS, parts, outputs);
            long from = (long) rows * task / parts;
            long to = (long) rows * (task + 1) / parts;
            for (long at = from; at < to; at += BATCH_ROWS) {
                int count = (int) Math.min(BATCH_ROWS, to - at);
                for (int row = 0; row < count; row++) {
                    key[row] = Math.floorMod(mix(at + row), (long) keys);
                    value[row] = at + row;
                }
                side.accept(new ColumnBatch(
                        LONGS, count, List.of(new Column.Longs(key, null), new Column.Longs(value, null))));
            }
            side.finish();
        }
        long mapped = cpuNanos();
        long groups = 0;
        long total = 0;
        for (List<ColumnBatch> part : outputs.parts) {
            sent += part.stream().mapToLong(ColumnBatch::rows).sum();
            MergedBatches merged = new MergedBatches(BatchSource.of(part), KernelSpeed::groups, parts());
            for (ColumnBatch batch = merged.next(); batch != null; batch = merged.next()) {
                groups += batch.rows();
                long[] sums = ((Column.Longs) batch.columns().get(1)).values();
                for (int row = 0; row < batch.rows(); row++) {
                    total += sums[row];
                }
            }
        }
        long reduced = cpuNanos();
        System.out.printf(
                "sum of %d rows, %d keys: map %.1f ns/row (with making rows), reduce %.1f ns/row, %d sent, check %s%n",
                rows,
                groups,
                (mapped - start - producing) / (double) rows,
                (reduced - mapped) / (double) rows,
                sent,
                total == (rows - 1L) * rows / 2);
    }

    private static void partitionOnly(int rows, int parts) throws Exception {
        long[] key = new long[BATCH_ROWS];
        long[] value = new long[BATCH_ROWS];
        for (int row = 0; row < BATCH_ROWS; row++) {
            key[row] = mix(row);
            value[row] = row;
        }
        ColumnBatch batch =
                new ColumnBatch(LONGS, BATCH_ROWS, List.of(new Column.Longs(key, null), new Column.Longs(value, null)));
        long[] written = new long[1];
        MapOutputWriter writer = counting((some, part) -> written[0] += some.rows());
        long start = cpuNanos();
        PartitionedColumns columns = PartitionedColumns.like(
                        batch,
                        parts,
                        PartitionTargets.of(
                                        new HashPartitioner(parts), true, LONGS, 0, KernelSpeed.class.getClassLoader())
                                .orElseThrow(),
                        writer,
                        16 << 20)
                .orElseThrow();
        for (int done = 0; done < rows; done += BATCH_ROWS) {
            columns.accept(batch);
        }
        columns.flush();
        long nanos = cpuNanos() - start;
        System.out.printf("partition into %d: %.1f ns/row, %d rows%n", parts, nanos / (double) written[0], written[0]);
    }

    private static void countWords(int[] text, List<byte[]> words, int parts) throws Exception {
        Outputs outputs = new Outputs(parts);
        long making = 0;
        long start = cpuNanos();
        byte[] data = new byte[BATCH_ROWS * 16];
        int[] offsets = new int[BATCH_ROWS + 1];
        long[] ones = new long[BATCH_ROWS];
        java.util.Arrays.fill(ones, 1);
        for (int task = 0; task < parts; task++) {
            MapSide side = new MapSide(TEXTS, parts, outputs);
            int from = (int) ((long) text.length * task / parts);
            int to = (int) ((long) text.length * (task + 1) / parts);
            for (int at = from; at < to; at += BATCH_ROWS) {
                long before = cpuNanos();
                int count = Math.min(BATCH_ROWS, to - at);
                for (int row = 0; row < count; row++) {
                    byte[] word = words.get(text[at + row]);
                    System.arraycopy(word, 0, data, offsets[row], word.length);
                    offsets[row + 1] = offsets[row] + word.length;
                }
                making += cpuNanos() - before;
                side.accept(new ColumnBatch(
                        TEXTS, count, List.of(new Column.Slices(data, offsets, null), new Column.Longs(ones, null))));
            }
            side.finish();
        }
        long mapped = cpuNanos();
        long total = 0;
        long sent = 0;
        for (List<ColumnBatch> part : outputs.parts) {
            sent += part.stream().mapToLong(ColumnBatch::rows).sum();
            MergedBatches merged = new MergedBatches(BatchSource.of(part), KernelSpeed::groups, parts());
            for (ColumnBatch batch = merged.next(); batch != null; batch = merged.next()) {
                long[] counts = ((Column.Longs) batch.columns().get(1)).values();
                for (int row = 0; row < batch.rows(); row++) {
                    total += counts[row];
                }
            }
        }
        long reduced = cpuNanos();
        System.out.printf(
                "count of %d words: map %.1f ns/word, reduce %.1f ns/word, %d sent, check %s%n",
                text.length,
                (mapped - start - making) / (double) text.length,
                (reduced - mapped) / (double) text.length,
                sent,
                total == text.length);
    }

    /** What one map task sends batches into. */
    private static final class MapSide {
        private final MapSideGroups groups;
        private final PartitionTargets targets;
        private final Outputs outputs;
        private final int parts;
        private PartitionedColumns columns;

        MapSide(Shape.PairOf shape, int parts, Outputs outputs) {
            this.parts = parts;
            this.outputs = outputs;
            this.targets = PartitionTargets.of(
                            new HashPartitioner(parts), true, shape, 0, KernelSpeed.class.getClassLoader())
                    .orElseThrow();
            this.groups = new MapSideGroups(
                    groups(shape),
                    1 << 20,
                    this::partition,
                    this::partition,
                    false,
                    new HeldMemory(new FakeMemory("speed", Long.MAX_VALUE, () -> {})),
                    ContentBeforeMerging.ignored());
        }

        void accept(ColumnBatch batch) throws Exception {
            groups.accept(batch);
        }

        private void partition(ColumnBatch batch) throws Exception {
            if (columns == null) {
                columns = PartitionedColumns.like(batch, parts, targets, outputs, 16 << 20)
                        .orElseThrow();
            }
            columns.accept(batch);
        }

        void finish() throws Exception {
            groups.finish();
            if (columns != null) {
                columns.flush();
            }
        }
    }

    private static MapOutputWriter counting(ObjIntConsumer<ColumnBatch> consumer) {
        return new MapOutputWriter() {
            @Override
            public void write(int reducePartition, ColumnBatch batch) {
                consumer.accept(batch, reducePartition);
            }

            @Override
            public MapOutput commit() {
                throw new IllegalStateException("only counts");
            }

            @Override
            public void close() {}
        };
    }

    private static List<byte[]> words(int count) {
        List<byte[]> words = new ArrayList<>();
        Random random = new Random(7);
        for (int word = 0; word < count; word++) {
            StringBuilder text = new StringBuilder(Integer.toString(word, 36));
            int more = random.nextInt(8);
            for (int index = 0; index < more; index++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            words.add(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return words;
    }

    private static int[] zipf(int count, int vocabulary) {
        double[] sums = new double[vocabulary];
        double sum = 0;
        for (int rank = 0; rank < vocabulary; rank++) {
            sum += 1 / Math.pow(rank + 1, 1.05);
            sums[rank] = sum;
        }
        Random random = new Random(42);
        int[] text = new int[count];
        for (int index = 0; index < count; index++) {
            int rank = java.util.Arrays.binarySearch(sums, random.nextDouble() * sum);
            text[index] = Math.min(vocabulary - 1, rank < 0 ? ~rank : rank);
        }
        return text;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** Processor time of this thread, so that other work on the machine counts less. */
    private static KeyParts parts() {
        ClassLoader loader = KernelSpeed.class.getClassLoader();
        return new KeyParts(
                new FakeServices(new FakeServices.Cluster(), 0, 0),
                "reduceByKey",
                () -> {},
                new KryoValueSerializer(loader),
                loader);
    }

    private static Groups groups(Shape shape) {
        ClassLoader loader = KernelSpeed.class.getClassLoader();
        return Groups.of(shape, KeyMerge.reducing(sum()), new KryoValueSerializer(loader), loader)
                .orElseThrow();
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
