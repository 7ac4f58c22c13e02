package dev.quiver.benchmarks;

import dev.quiver.Accumulator;
import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset;
import dev.quiver.benchmarks.Iterate.Point;
import java.util.List;
import java.util.Locale;

/**
 * A dataset that does not fit into memory, kept at one level after another, a run each, and read twice; the sum of what
 * all its numbers are made of is that of the rows as plain Java makes them. The usual rows are four times what two
 * executors of 512 MiB have for data: {@code --master 'local-cluster[2,1,512]'}.
 */
final class Persist implements Workload {
    private static final long USUAL_ROWS = 12_000_000;
    private static final int POINT_BYTES = 88;

    /** Every level with a name of its own; {@code _SER} levels are other names. */
    static final List<String> LEVELS = List.of(
            "NONE",
            "MEMORY_ONLY",
            "MEMORY_ONLY_SER",
            "MEMORY_ONLY_2",
            "MEMORY_ONLY_SER_2",
            "MEMORY_AND_DISK",
            "MEMORY_AND_DISK_SER",
            "MEMORY_AND_DISK_2",
            "MEMORY_AND_DISK_SER_2",
            "DISK_ONLY",
            "DISK_ONLY_2",
            "DISK_ONLY_3",
            "OFF_HEAP");

    private int run;

    @Override
    public int leastRuns(Sizes sizes) {
        return sizes.level() == null ? LEVELS.size() : 1;
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        String level = sizes.level() == null ? LEVELS.get(run++ % LEVELS.size()) : sizes.level();
        long rows = sizes.rows(USUAL_ROWS);
        Accumulator<Long> computed = session.longAccumulator("computed");
        Dataset<Point> points = session.range(0, rows, 1, sizes.partitions(32))
                .map(row -> {
                    computed.add(1L);
                    return Point.at(row);
                })
                .persist(StorageLevel.valueOf(level));
        long start = System.nanoTime();
        long first = points.map(Persist::checksum).reduce(Long::sum);
        long middle = System.nanoTime();
        long second = points.map(Persist::checksum).reduce(Long::sum);
        long end = System.nanoTime();
        String figures = String.format(
                Locale.ROOT,
                "level=%s mb=%.1f first=%.2f second=%.2f%s recomputed=%d",
                level,
                rows * POINT_BYTES / 1e6,
                (middle - start) / 1e9,
                (end - middle) / 1e9,
                storage(session),
                computed.value() - rows);
        points.unpersist();
        return new Outcome(first == second ? Long.toString(first) : first + "/" + second, end - start, figures);
    }

    /** What is kept of all datasets, as figures: partitions, megabytes in memory and on disk, evictions. */
    static String storage(Session session) {
        List<StoredDataset> all = session.storage();
        return String.format(
                Locale.ROOT,
                " stored=%d memorymb=%.1f diskmb=%.1f evictions=%d",
                all.stream().mapToInt(StoredDataset::stored).sum(),
                all.stream().mapToLong(StoredDataset::memoryBytes).sum() / 1e6,
                all.stream().mapToLong(StoredDataset::diskBytes).sum() / 1e6,
                all.stream().mapToLong(StoredDataset::evictions).sum());
    }

    /** Changes with each of the numbers of a point; sums of these do not depend on the order of rows. */
    static long checksum(Point point) {
        long sum = Double.doubleToRawLongBits(point.label());
        for (double feature : point.features()) {
            sum = Mix.mix(sum + Double.doubleToRawLongBits(feature));
        }
        return sum;
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long sum = 0;
        for (long row = 0; row < sizes.rows(USUAL_ROWS); row++) {
            sum += checksum(Point.at(row));
        }
        return Long.toString(sum);
    }
}
