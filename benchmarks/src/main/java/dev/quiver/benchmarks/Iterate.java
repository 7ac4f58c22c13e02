package dev.quiver.benchmarks;

import dev.quiver.Dataset;
import dev.quiver.Session;
import dev.quiver.StoredDataset;
import java.io.Serializable;
import java.util.Locale;

/** Ten steps of logistic regression over cached points; only the steps are on the clock. */
final class Iterate implements Workload {
    private static final int STEPS = 10;
    private static final int DIMENSIONS = 10;

    private Dataset<Point> points;

    /** @param label 1 or -1 */
    record Point(double[] features, double label) implements Serializable {
        /** Uniform features; the label is the sign of their weighted sum, the later ones with the smaller weights. */
        static Point at(long row) {
            double[] features = new double[DIMENSIONS];
            double sum = 0;
            for (int index = 0; index < DIMENSIONS; index++) {
                features[index] = (Mix.mix(row * DIMENSIONS + index + 1) >>> 11) * 0x1p-52 - 1;
                sum += features[index] * (DIMENSIONS - index);
            }
            return new Point(features, sum >= 0 ? 1 : -1);
        }

        /** Adds this point's part of the gradient to {@code sum} and returns that. */
        double[] addGradient(double[] sum, double[] weights) {
            double dot = 0;
            for (int index = 0; index < DIMENSIONS; index++) {
                dot += weights[index] * features[index];
            }
            double scale = (1 / (1 + Math.exp(-label * dot)) - 1) * label;
            for (int index = 0; index < DIMENSIONS; index++) {
                sum[index] += scale * features[index];
            }
            return sum;
        }
    }

    @Override
    public void prepare(Session session, Sizes sizes) {
        points = session.range(0, sizes.rows(2_000_000), 1, sizes.partitions(8))
                .map(Point::at)
                .cache();
        points.count();
    }

    @Override
    public Outcome run(Session session, Sizes sizes) {
        double rate = 10.0 / sizes.rows(2_000_000);
        double[] weights = new double[DIMENSIONS];
        for (int step = 0; step < STEPS; step++) {
            double[] before = weights.clone();
            double[] gradient = points.aggregate(
                    new double[DIMENSIONS], (sum, point) -> point.addGradient(sum, before), Iterate::add);
            for (int index = 0; index < DIMENSIONS; index++) {
                weights[index] -= rate * gradient[index];
            }
        }
        double kept =
                session.storage().stream().mapToLong(StoredDataset::memoryBytes).sum();
        return new Outcome(
                String.format(Locale.ROOT, "w0=%.4f", weights[0]),
                -1,
                String.format(Locale.ROOT, "rowbytes=%.1f", kept / sizes.rows(2_000_000)));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return sizes.usually("w0=3.1880");
    }

    private static double[] add(double[] left, double[] right) {
        for (int index = 0; index < DIMENSIONS; index++) {
            left[index] += right[index];
        }
        return left;
    }
}
