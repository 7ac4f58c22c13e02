package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Prints processor nanoseconds per row of sorting one partition: pairs of longs, and 10-byte keys with 90-byte values,
 * in columns and with the interpreter. Arguments: millions of rows, rounds.
 */
public final class SortSpeed {
    private static final int BATCH_ROWS = 16384;

    private SortSpeed() {}

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? (int) (Double.parseDouble(arguments[0]) * 1e6) : 2_500_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
        RowComparator<Object> users = NaturalOrder.ASCENDING::compare;
        List<ColumnBatch> longs = longs(rows);
        for (int round = 0; round < rounds; round++) {
            report("long, long, columns", rows, () -> drainColumns(longs));
        }
        report("long, long, interpreter", Math.min(rows, 1_000_000), () -> drainRows(cut(longs, 1_000_000), users));
        int records = Math.min(rows, 5_000_000);
        List<ColumnBatch> bytes = bytes(records);
        for (int round = 0; round < rounds; round++) {
            report("10 + 90 bytes, columns", records, () -> drainColumns(bytes));
        }
        report("10 + 90 bytes, interpreter", Math.min(rows, 1_000_000), () -> drainRows(cut(bytes, 1_000_000), users));
    }

    private static List<ColumnBatch> cut(List<ColumnBatch> batches, int rows) {
        return batches.subList(0, Math.min(batches.size(), rows / BATCH_ROWS + 1));
    }

    private static List<ColumnBatch> longs(int rows) {
        SplittableRandom random = new SplittableRandom(1);
        List<ColumnBatch> batches = new ArrayList<>();
        for (int at = 0; at < rows; at += BATCH_ROWS) {
            int count = Math.min(BATCH_ROWS, rows - at);
            batches.add(new ColumnBatch(
                    new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG),
                    count,
                    List.of(
                            new Column.Longs(random.longs(count).toArray(), null),
                            new Column.Longs(random.longs(count).toArray(), null))));
        }
        return batches;
    }

    private static List<ColumnBatch> bytes(int rows) {
        SplittableRandom random = new SplittableRandom(1);
        List<ColumnBatch> batches = new ArrayList<>();
        for (int at = 0; at < rows; at += BATCH_ROWS) {
            int count = Math.min(BATCH_ROWS, rows - at);
            batches.add(new ColumnBatch(
                    new Shape.PairOf(Shape.Scalar.BYTES, Shape.Scalar.BYTES),
                    count,
                    List.of(slices(random, count, 10), slices(random, count, 90))));
        }
        return batches;
    }

    private static Column slices(SplittableRandom random, int count, int width) {
        byte[] data = new byte[count * width];
        random.nextBytes(data);
        int[] offsets = new int[count + 1];
        for (int row = 1; row <= count; row++) {
            offsets[row] = row * width;
        }
        return new Column.Slices(data, offsets, null);
    }

    private static long drainColumns(List<ColumnBatch> batches) throws Exception {
        BatchSource sorted = cursor(batches, NaturalOrder.ASCENDING).batches();
        long rows = 0;
        for (ColumnBatch batch = sorted.next(); batch != null; batch = sorted.next()) {
            rows += batch.rows();
        }
        return rows;
    }

    private static long drainRows(List<ColumnBatch> batches, RowComparator<Object> order) throws Exception {
        SortCursor cursor = cursor(batches, order);
        Object[] rows = new Object[Cursor.BATCH_ROWS];
        long total = 0;
        for (int count = cursor.next(rows); count > 0; count = cursor.next(rows)) {
            total += count;
        }
        return total;
    }

    private static SortCursor cursor(List<ColumnBatch> batches, RowComparator<Object> order) {
        Stages stages = new Stages();
        TaskRun run = new TaskRun(
                new NodeProgram[0],
                new FakeServices(stages.cluster, 0, 0),
                stages.serializer,
                stages.loader,
                stages.settings);
        return new SortCursor(new BatchCursor(BatchSource.of(batches), run), order, "sortByKey", run);
    }

    private interface Work {
        long run() throws Exception;
    }

    private static void report(String what, int rows, Work work) throws Exception {
        long start = cpuNanos();
        long done = work.run();
        System.out.printf("%s: %d rows, %.1f ns a row%n", what, done, (cpuNanos() - start) / (double) rows);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
