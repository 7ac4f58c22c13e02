package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.SessionBuilder;
import dev.quiver.StorageLevel;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** k-means over cached points that do not fit into memory, against the same in plain Java. */
class IterationsOverCacheTest {
    private static final int CENTERS = 8;
    private static final int ITERATIONS = 10;

    @TempDir
    Path folder;

    /** Whole numbers, so that sums are exact in any order. */
    record Point(double x, double y, double z, double u, double v, double w) implements Serializable {
        static Point of(long row) {
            long bits = (row + 1) * 0x9E3779B97F4A7C15L;
            bits ^= bits >>> 29;
            return new Point(
                    bits & 1023,
                    bits >>> 10 & 1023,
                    bits >>> 20 & 1023,
                    bits >>> 30 & 1023,
                    bits >>> 40 & 1023,
                    row % 977);
        }

        double distance(Point other) {
            return square(x - other.x)
                    + square(y - other.y)
                    + square(z - other.z)
                    + square(u - other.u)
                    + square(v - other.v)
                    + square(w - other.w);
        }

        private static double square(double value) {
            return value * value;
        }

        Point plus(Point other) {
            return new Point(x + other.x, y + other.y, z + other.z, u + other.u, v + other.v, w + other.w);
        }

        Point by(long count) {
            return new Point(x / count, y / count, z / count, u / count, v / count, w / count);
        }
    }

    /** Points of one cluster, together. */
    record Sum(Point total, long count) implements Serializable {
        Sum plus(Sum other) {
            return new Sum(total.plus(other.total), count + other.count);
        }
    }

    private static int nearest(Point[] centers, Point point) {
        int best = 0;
        for (int center = 1; center < centers.length; center++) {
            if (point.distance(centers[center]) < point.distance(centers[best])) {
                best = center;
            }
        }
        return best;
    }

    private static Point[] firstCenters() {
        return LongStream.range(0, CENTERS).mapToObj(Point::of).toArray(Point[]::new);
    }

    private static Point[] overDataset(Dataset<Point> points) {
        Point[] centers = firstCenters();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            Point[] now = centers.clone();
            Map<Integer, Sum> sums = points.mapToPair(point -> Pair.of(nearest(now, point), new Sum(point, 1)))
                    .reduceByKey(Sum::plus)
                    .collectAsMap();
            sums.forEach((center, sum) -> centers[center] = sum.total().by(sum.count()));
        }
        return centers;
    }

    private static Point[] inPlainJava(int rows) {
        Point[] centers = firstCenters();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            Sum[] sums = new Sum[CENTERS];
            for (int row = 0; row < rows; row++) {
                Point point = Point.of(row);
                int center = nearest(centers, point);
                Sum one = new Sum(point, 1);
                sums[center] = sums[center] == null ? one : sums[center].plus(one);
            }
            for (int center = 0; center < CENTERS; center++) {
                if (sums[center] != null) {
                    centers[center] = sums[center].total().by(sums[center].count());
                }
            }
        }
        return centers;
    }

    /** @param rows of 48 bytes, four times what fits into memory */
    private void findsTheSameCenters(SessionBuilder builder, int rows) {
        Point[] expected = inPlainJava(rows);
        try (Session session =
                builder.config("quiver.local.dir", folder.toString()).create()) {
            for (StorageLevel level : Arrays.asList(
                    StorageLevel.MEMORY_ONLY,
                    StorageLevel.MEMORY_AND_DISK,
                    StorageLevel.MEMORY_AND_DISK_2,
                    StorageLevel.DISK_ONLY)) {
                Dataset<Point> points =
                        session.range(0, rows, 1, 8).map(Point::of).persist(level);
                assertThat(overDataset(points)).as("%s", level).isEqualTo(expected);
                points.unpersist();
            }
        }
    }

    @Test
    void findsTheCentersOfPointsOfFourTimesTheMemoryInOneProcess() {
        long memory = 3L << 20;
        double fraction = (double) memory / (Runtime.getRuntime().maxMemory() - (300L << 20));
        findsTheSameCenters(
                Session.builder().master("local[2]").config("quiver.memory.fraction", String.valueOf(fraction)),
                (int) (4 * memory / 48));
    }

    /** Two executors of 180 MiB, a twenty-fifth of which, less the 80 MiB that are reserved, is for data: 4 MiB each. */
    @Test
    void findsTheCentersOfPointsOfFourTimesTheMemoryAcrossProcesses() {
        findsTheSameCenters(
                Session.builder()
                        .master("local-cluster[2,1,180]")
                        .config("quiver.memory.reserved", "80m")
                        .config("quiver.memory.fraction", "0.04"),
                4 * 2 * (4 << 20) / 48);
    }
}
