package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset;
import dev.quiver.TaskContext;
import dev.quiver.function.MapFunction;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is cached, how much memory it takes, and when it is gone again. */
class CachedDatasetsTest {
    private static final long MEBIBYTE = 1L << 20;

    @TempDir
    Path folder;

    private SessionBuilder session() {
        return Session.builder().master("local[2]").config("quiver.local.dir", folder.toString());
    }

    @AfterEach
    void noFileIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.toList()).isEmpty();
        }
    }

    /** A point as programs write it: eleven numbers of 88 bytes. */
    record Point(
            double a,
            double b,
            double c,
            double d,
            double e,
            double f,
            double g,
            double h,
            double i,
            double j,
            double k)
            implements Serializable {
        static Point of(long row) {
            return new Point(
                    row, row + 1, row + 2, row + 3, row + 4, row + 5, row + 6, row + 7, row + 8, row + 9, -row);
        }
    }

    /** The same numbers as features and label. */
    record Labelled(double[] features, double label) implements Serializable {
        static Labelled of(long row) {
            double[] features = new double[10];
            Arrays.setAll(features, index -> row + index);
            return new Labelled(features, -row);
        }
    }

    @Test
    void pointsOfElevenNumbersTakeTheBytesOfTheirNumbers() {
        assertThat(bytesEach(Point::of)).as("bytes a point").isBetween(60.0, 88 * 1.1);
        assertThat(bytesEach(Labelled::of)).as("bytes a labelled point").isBetween(60.0, 88 * 1.1);
    }

    /** How much more heap is in use for each of two million rows once they are cached. */
    private <T> double bytesEach(MapFunction<Long, T> row) {
        int rows = 2_000_000;
        try (Session session = session().create()) {
            Dataset<T> made = session.range(0, rows, 1, 8).map(row);
            made.count();
            long before = heapInUse();
            assertThat(made.cache().count()).isEqualTo(rows);
            return (double) (heapInUse() - before) / rows;
        }
    }

    @Test
    void saysWhatIsKeptOfEachDatasetAndWhere() {
        try (Session session = session().create()) {
            assertThat(session.storage()).isEmpty();
            Dataset<Long> wanted =
                    session.range(0, 4096, 1, 4).map(row -> row * 2).cache();
            Dataset<Long> onDisk = session.range(0, 1000, 1, 2).persist(StorageLevel.DISK_ONLY);
            assertThat(onDisk.count()).isEqualTo(1000);
            assertThat(session.storage()).extracting(StoredDataset::stored).containsExactly(0, 2);
            assertThat(wanted.count()).isEqualTo(4096);
            List<StoredDataset> stored = session.storage();
            assertThat(stored).hasSize(2);
            assertThat(stored.get(0).executors())
                    .containsExactly(new StoredDataset.OnExecutor("driver", 4, 0, 4096 * 8, 0));
            assertThat(stored.get(0).toString())
                    .matches("dataset \\d+, map at CachedDatasetsTest\\.saysWhatIsKept\\S+, MEMORY_ONLY:"
                            + " 4 of 4 partitions stored, 0\\.0 MiB in memory, 0\\.0 MiB on disk, 0 evictions"
                            + "\\s+executor driver: 4 in memory, 0\\.0 MiB; 0 on disk, 0\\.0 MiB");
            assertThat(stored.get(1).memoryBytes()).isZero();
            assertThat(stored.get(1).diskBytes()).isGreaterThan(8000);
            wanted.unpersist();
            assertThat(session.storage()).extracting(StoredDataset::level).containsExactly(StorageLevel.DISK_ONLY);
            onDisk.unpersist();
            assertThat(session.storage()).isEmpty();
        }
    }

    @Test
    void countsWhatTheTaskThatSucceededComputedNotWhatAFailedOneLeftInTheCache() {
        try (Session session = session().config("quiver.task.maxFailures", "3").create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> cached = session.range(0, 1000, 1, 4)
                    .map(row -> {
                        computed.add(1L);
                        return row * 2;
                    })
                    .cache();
            Dataset<Long> shaky = cached.mapPartitions(rows -> {
                List<Long> all = new ArrayList<>();
                rows.forEachRemaining(all::add);
                TaskContext task = TaskContext.current();
                if (task.partition() == 2 && task.attempt().attempt() < 2) {
                    throw new IllegalStateException("the partition was read to its end, and then the task failed");
                }
                return all.iterator();
            });
            assertThat(shaky.count()).isEqualTo(1000);
            assertThat(computed.value()).isEqualTo(1000);
            assertThat(cached.count()).isEqualTo(1000);
            assertThat(computed.value()).as("computed again").isEqualTo(1000);
        }
    }

    @Test
    void keepsOnlyPartitionsThatWereComputedToTheirEnd() {
        try (Session session = session().create()) {
            Accumulator<Long> computed = session.longAccumulator("computed");
            Dataset<Long> cached = session.range(0, 40_000, 1, 2)
                    .map(row -> {
                        computed.add(1L);
                        return row;
                    })
                    .cache();
            assertThat(cached.take(3)).containsExactly(0L, 1L, 2L);
            long taken = computed.value();
            assertThat(taken).isLessThan(20_000);
            assertThat(cached.count()).isEqualTo(40_000);
            assertThat(computed.value()).as("all of both partitions, again").isEqualTo(taken + 40_000);
            assertThat(cached.reduce(Long::sum)).isEqualTo(40_000L * 39_999 / 2);
            assertThat(computed.value()).isEqualTo(taken + 40_000);
        }
    }

    @Test
    void aDatasetFourTimesTheMemoryIsReadBackEqualAtEveryLevel() {
        long memory = 8 * MEBIBYTE;
        int rows = (int) (4 * memory / 88);
        try (Session session = session()
                .config("quiver.memory.fraction", String.valueOf(fractionFor(memory)))
                .create()) {
            long numbers = LongStream.range(0, rows).sum();
            for (StorageLevel level : List.of(
                    StorageLevel.NONE,
                    StorageLevel.MEMORY_ONLY,
                    StorageLevel.MEMORY_ONLY_2,
                    StorageLevel.MEMORY_AND_DISK,
                    StorageLevel.MEMORY_AND_DISK_2,
                    StorageLevel.OFF_HEAP,
                    StorageLevel.DISK_ONLY,
                    StorageLevel.DISK_ONLY_2,
                    StorageLevel.DISK_ONLY_3,
                    StorageLevel.of(true, true, 5))) {
                Accumulator<Long> computed = session.longAccumulator("computed");
                Dataset<Point> points = session.range(0, rows, 1, 16)
                        .map(row -> {
                            computed.add(1L);
                            return Point.of(row);
                        })
                        .persist(level);
                for (int pass = 0; pass < 3; pass++) {
                    assertThat(points.map(Point::k).reduce(Double::sum))
                            .as("%s, pass %d", level, pass)
                            .isEqualTo((double) -numbers);
                }
                long expected = level.usesDisk() ? rows : 3L * rows;
                if (level.usesMemory() && !level.usesDisk()) {
                    assertThat(computed.value()).as("computed at %s", level).isBetween(rows + 1L, expected - 1);
                } else {
                    assertThat(computed.value()).as("computed at %s", level).isEqualTo(expected);
                }
                List<Point> sample =
                        points.filter(point -> point.a() % 1000 == 0).collect();
                assertThat(sample).hasSize((rows + 999) / 1000);
                for (int index = 0; index < sample.size(); index++) {
                    assertThat(sample.get(index)).isEqualTo(Point.of(index * 1000L));
                }
                points.unpersist();
            }
        }
    }

    /** The part of the heap, less what is reserved, that is about so many bytes. */
    private static double fractionFor(long bytes) {
        return (double) bytes / (Runtime.getRuntime().maxMemory() - 300 * MEBIBYTE);
    }

    @Test
    void aHundredDatasetsThatAreDroppedOrForgottenGiveTheirMemoryBack() throws Exception {
        try (Session session = session().create()) {
            Dataset<Long> range = session.range(0, 100_000, 1, 2);
            cacheAndForget(range, 1);
            long baseline = heapInUse();
            long peak = cacheAndForget(range, 100);
            assertThat(peak - baseline).as("cached while they are wanted").isGreaterThan(40 * MEBIBYTE);
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (heapInUse() - baseline > 2 * MEBIBYTE || blockFiles() > 0) {
                assertThat(System.nanoTime())
                        .as("%d bytes above the baseline, and %d files", heapInUse() - baseline, blockFiles())
                        .isLessThan(deadline);
            }
        }
    }

    /** Caches datasets of 800 kB each; drops every second, and forgets the others. @return bytes when all are cached */
    private static long cacheAndForget(Dataset<Long> range, int count) {
        List<Dataset<Long>> datasets = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            long factor = index;
            Dataset<Long> cached = range.map(row -> row * factor)
                    .persist(index % 4 == 3 ? StorageLevel.DISK_ONLY : StorageLevel.MEMORY_ONLY);
            assertThat(cached.count()).isEqualTo(100_000);
            datasets.add(cached);
        }
        long peak = heapInUse();
        for (int index = 0; index < count; index += 2) {
            datasets.get(index).unpersist();
        }
        return peak;
    }

    private long blockFiles() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".arrow")).count();
        }
    }

    private static long heapInUse() {
        for (int round = 0; round < 2; round++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
