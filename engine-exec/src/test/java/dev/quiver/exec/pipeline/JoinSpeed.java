package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.join.HashJoin;
import dev.quiver.lineage.HashPartitioner;
import dev.quiver.lineage.JoinKind;
import dev.quiver.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;
import java.util.function.LongUnaryOperator;

/**
 * Prints processor nanoseconds per probe row of one partition of eight of an inner join of 1e7 pairs of longs with 1e6,
 * in columns and, for a tenth of the rows, by groups; with keys that are dense and keys that are spread over all longs.
 */
public final class JoinSpeed {
    private static final int BATCH_ROWS = 16384;
    private static final int PARTITIONS = 8;
    private static final int KEYS = 1_000_000;
    private static final int ROWS = 10_000_000;

    private JoinSpeed() {}

    private record Inner() implements JoinKind {
        @Override
        public boolean leftOptional() {
            return false;
        }

        @Override
        public boolean rightOptional() {
            return false;
        }
    }

    public static void main(String[] arguments) throws Exception {
        measure("dense keys", key -> key);
        measure("spread keys", key -> key * 0x9E3779B97F4A7C15L);
    }

    private static void measure(String what, LongUnaryOperator key) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        LongPredicate here = value -> HashPartitioner.partitionOfHash(Long.hashCode(value), PARTITIONS) == 3;
        long[] build =
                java.util.stream.LongStream.range(0, KEYS).map(key).filter(here).toArray();
        long[] probe = random.longs(ROWS, 0, KEYS).map(key).filter(here).toArray();
        List<ColumnBatch> large = batches(probe);
        List<ColumnBatch> small = batches(build);
        for (int round = 0; round < 6; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long sum = joined(large, small.get(0).rows() == build.length ? small.get(0) : whole(build));
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            System.out.printf("%s, columns: %.1f ns a row, sum %d%n", what, nanos / (double) probe.length, sum);
        }
        grouped(what, large.subList(0, large.size() / 10), small);
    }

    private static long joined(List<ColumnBatch> large, ColumnBatch build) {
        HashJoin join = HashJoin.of(build, new Inner(), false, JoinSpeed.class.getClassLoader());
        long sum = 0;
        for (ColumnBatch batch : large) {
            join.probe(batch);
            for (ColumnBatch rows = join.next(); rows != null; rows = join.next()) {
                long[] left = ((Column.Longs) rows.columns().get(1)).values();
                long[] right = ((Column.Longs) rows.columns().get(2)).values();
                for (int row = 0; row < rows.rows(); row++) {
                    sum += left[row] + 3 * right[row];
                }
            }
        }
        return sum;
    }

    private static void grouped(String what, List<ColumnBatch> large, List<ColumnBatch> small) throws Exception {
        Stages stages = new Stages();
        TaskRun run = new TaskRun(
                new NodeProgram[0],
                new FakeServices(stages.cluster, 0, 0),
                stages.serializer,
                stages.loader,
                stages.settings);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        CoGroupCursor groups = CoGroupCursor.of(
                List.of(new BatchCursor(BatchSource.of(large), run), new BatchCursor(BatchSource.of(small), run)),
                "cogroup",
                0,
                run);
        Object[] rows = new Object[Cursor.BATCH_ROWS];
        while (groups.next(rows) > 0) {}
        long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        long count = large.stream().mapToLong(ColumnBatch::rows).sum();
        System.out.printf("%s, groups only: %.1f ns a row%n", what, nanos / (double) count);
    }

    private static ColumnBatch whole(long[] keys) {
        return new ColumnBatch(
                new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG),
                keys.length,
                List.of(new Column.Longs(keys, null), new Column.Longs(keys, null)));
    }

    private static List<ColumnBatch> batches(long[] keys) {
        List<ColumnBatch> batches = new ArrayList<>();
        for (int at = 0; at < keys.length; at += BATCH_ROWS) {
            batches.add(whole(Arrays.copyOfRange(keys, at, Math.min(keys.length, at + BATCH_ROWS))));
        }
        return batches;
    }
}
