package dev.quiver.benchmarks;

import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StorageLevel;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Ten iterations of k-means over points that are kept, {@code MEMORY_AND_DISK} unless told otherwise; only the iterations
 * are on the clock. Coordinates are whole numbers, so that the centers are exactly those of plain Java. The usual rows are
 * four times what two executors of 512 MiB have for data.
 */
final class KMeans implements Workload {
    private static final long USUAL_ROWS = 12_000_000;
    private static final int ITERATIONS = 10;
    private static final int CENTERS = 8;
    private static final int DIMENSIONS = 10;

    /** Of the sums of a center: one for each coordinate, and how many points. */
    private static final int WIDTH = DIMENSIONS + 1;

    private Dataset<Point> points;

    record Point(double[] coordinates, long row) implements Serializable {
        static Point at(long row) {
            double[] coordinates = new double[DIMENSIONS];
            for (int index = 0; index < DIMENSIONS; index++) {
                coordinates[index] = Mix.mix(row * DIMENSIONS + index) >>> 54;
            }
            return new Point(coordinates, row);
        }

        /** Adds this point to the sums of the center it is nearest to, and returns these. */
        double[] addTo(double[] sums, double[] centers) {
            int best = 0;
            double least = Double.MAX_VALUE;
            for (int center = 0; center < CENTERS; center++) {
                double distance = 0;
                for (int index = 0; index < DIMENSIONS; index++) {
                    double difference = coordinates[index] - centers[center * DIMENSIONS + index];
                    distance += difference * difference;
                }
                if (distance < least) {
                    least = distance;
                    best = center;
                }
            }
            for (int index = 0; index < DIMENSIONS; index++) {
                sums[best * WIDTH + index] += coordinates[index];
            }
            sums[best * WIDTH + DIMENSIONS]++;
            return sums;
        }
    }

    @Override
    public void prepare(Session session, Sizes sizes) {
        String level = sizes.level() == null ? "MEMORY_AND_DISK" : sizes.level();
        points = session.range(0, sizes.rows(USUAL_ROWS), 1, sizes.partitions(32))
                .map(Point::at)
                .persist(StorageLevel.valueOf(level));
        points.count();
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        double[] centers = firstCenters();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[] now = centers.clone();
            double[] sums =
                    points.aggregate(new double[CENTERS * WIDTH], (sum, point) -> point.addTo(sum, now), KMeans::add);
            move(centers, sums);
        }
        return new Outcome(check(centers), -1, Persist.storage(session).strip());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        double[] centers = firstCenters();
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[] sums = new double[CENTERS * WIDTH];
            for (long row = 0; row < sizes.rows(USUAL_ROWS); row++) {
                Point.at(row).addTo(sums, centers);
            }
            move(centers, sums);
        }
        return check(centers);
    }

    private static double[] firstCenters() {
        double[] centers = new double[CENTERS * DIMENSIONS];
        for (int center = 0; center < CENTERS; center++) {
            System.arraycopy(Point.at(center).coordinates, 0, centers, center * DIMENSIONS, DIMENSIONS);
        }
        return centers;
    }

    private static double[] add(double[] left, double[] right) {
        for (int index = 0; index < left.length; index++) {
            left[index] += right[index];
        }
        return left;
    }

    private static void move(double[] centers, double[] sums) {
        for (int center = 0; center < CENTERS; center++) {
            double count = sums[center * WIDTH + DIMENSIONS];
            for (int index = 0; count > 0 && index < DIMENSIONS; index++) {
                centers[center * DIMENSIONS + index] = sums[center * WIDTH + index] / count;
            }
        }
    }

    private static String check(double[] centers) {
        return Integer.toHexString(Arrays.hashCode(centers));
    }
}
