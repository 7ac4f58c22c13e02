package dev.quiver.benchmarks.jmh;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.spill.ColumnSort;
import dev.quiver.exec.spill.RowSort;
import dev.quiver.exec.spill.SortSpace;
import dev.quiver.exec.task.OperatorMemory;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.spill.SpillFolder;
import dev.quiver.time.Clock;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Prints how fast one task sorts through the disk: the part in which runs are sorted and written, and the one in which
 * they are read and merged, each in time that passed and in time of the processor. No JMH benchmark: run it by its name.
 * Arguments: a folder to spill to, millions of records, MiB of memory, {@code bytes} for 10 + 90 bytes or {@code longs} for
 * pairs of longs, {@code columns} or {@code objects}, rounds.
 */
public final class SpilledSort {
    private static final int BATCH_ROWS = 8192;
    private static final int KEY_BYTES = 10;
    private static final int PAYLOAD_BYTES = 90;

    private final SplittableRandom random = new SplittableRandom(1);
    private final boolean bytes;

    private SpilledSort(boolean bytes) {
        this.bytes = bytes;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long rows = (long) (Double.parseDouble(arguments[1]) * 1e6);
        long share = Long.parseLong(arguments[2]) << 20;
        boolean bytes = arguments[3].equals("bytes");
        boolean columns = arguments[4].equals("columns");
        for (int round = 0; round < Integer.parseInt(arguments[5]); round++) {
            try (SpillFolder spills = new SpillFolder(
                    LocalFolders.of(folder.resolve("spill")),
                    new ArrowBatches(),
                    new Compression(
                            ShuffleSettings.of(Config.empty()).compression(), LinkSpeed.sameHost(), Clock.system()),
                    Disk.system(),
                    64)) {
                new SpilledSort(bytes).run(rows, share, columns, spills);
            }
        }
    }

    private void run(long rows, long share, boolean columns, SpillFolder spills) throws Exception {
        Task task = new Task(share, spills);
        ClassLoader loader = SpilledSort.class.getClassLoader();
        try (SortSpace space = new SortSpace(task, "sortByKey", new KryoValueSerializer(loader), loader, () -> {})) {
            ColumnSort sort = ColumnSort.of(batch().shape(), true, space);
            RowSort rowSort = new RowSort(NaturalOrder.ASCENDING, space);
            Stopwatch runs = new Stopwatch();
            long bytesSorted = 0;
            for (long row = 0; row < rows; row += BATCH_ROWS) {
                ColumnBatch batch = batch();
                bytesSorted += batch.sizeBytes();
                runs.start();
                if (columns) {
                    sort.add(batch);
                } else {
                    rowSort.add(batch);
                }
                runs.stop();
            }
            Stopwatch merge = new Stopwatch();
            merge.start();
            long merged = columns ? drain(sort.sorted()) : drain(rowSort);
            merge.stop();
            runs.report("runs", merged, bytesSorted);
            merge.report("merge", merged, bytesSorted);
            System.out.printf(
                    "%d files, %d bytes spilled%n",
                    task.files, task.counters().snapshot(0).spilledBytes());
        }
    }

    private static long drain(BatchSource sorted) throws Exception {
        long rows = 0;
        for (ColumnBatch batch = sorted.next(); batch != null; batch = sorted.next()) {
            rows += batch.rows();
        }
        return rows;
    }

    private static long drain(RowSort sorted) throws Exception {
        Object[] batch = new Object[1024];
        long rows = 0;
        for (int count = sorted.next(batch); count > 0; count = sorted.next(batch)) {
            rows += count;
        }
        return rows;
    }

    private ColumnBatch batch() {
        return bytes
                ? new ColumnBatch(
                        new Shape.PairOf(Shape.Scalar.BYTES, Shape.Scalar.BYTES),
                        BATCH_ROWS,
                        List.of(slices(KEY_BYTES), slices(PAYLOAD_BYTES)))
                : new ColumnBatch(
                        new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.LONG), BATCH_ROWS, List.of(longs(), longs()));
    }

    private Column longs() {
        return new Column.Longs(random.longs(BATCH_ROWS).toArray(), null);
    }

    private Column slices(int width) {
        byte[] data = new byte[BATCH_ROWS * width];
        random.nextBytes(data);
        int[] offsets = new int[BATCH_ROWS + 1];
        for (int row = 1; row <= BATCH_ROWS; row++) {
            offsets[row] = row * width;
        }
        return new Column.Slices(data, offsets, null);
    }

    /** A task with some memory and a disk. */
    private static final class Task extends LoneTask {
        private final long share;
        private final SpillFolder spills;
        private int files;

        Task(long share, SpillFolder spills) {
            this.share = share;
            this.spills = spills;
        }

        @Override
        public OperatorMemory memory(String operator) {
            return new CountedMemory(share);
        }

        @Override
        public SpillFile spill(String operator) {
            files++;
            return spills.open(attempt(), operator, counters());
        }
    }

    private static final class Stopwatch {
        private long wall;
        private long cpu;

        void start() {
            wall -= System.nanoTime();
            cpu -= cpuNanos();
        }

        void stop() {
            wall += System.nanoTime();
            cpu += cpuNanos();
        }

        void report(String what, long rows, long bytes) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: %.2f s, processor %.2f s; %.1f ns a row, %.0f MB/s of the processor%n",
                    what,
                    wall / 1e9,
                    cpu / 1e9,
                    (double) cpu / rows,
                    bytes * 1e3 / cpu);
        }

        private static long cpuNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }
}
