package dev.quiver.benchmarks.peers;

import java.io.Serializable;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** A point of the logistic regression; label 1 or -1. No record: the Kryo of Spark cannot write one. */
final class Point implements Serializable {
    static final int DIMENSIONS = 10;
    private static final int STEPS = 10;

    private final double[] features;
    private final double label;

    private Point(double[] features, double label) {
        this.features = features;
        this.label = label;
    }

    static Point at(long row) {
        double[] features = new double[DIMENSIONS];
        double sum = 0;
        for (int index = 0; index < DIMENSIONS; index++) {
            features[index] = (Mix.mix(row * DIMENSIONS + index + 1) >>> 11) * 0x1p-52 - 1;
            sum += features[index] * (DIMENSIONS - index);
        }
        return new Point(features, sum >= 0 ? 1 : -1);
    }

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

    static double[] add(double[] left, double[] right) {
        for (int index = 0; index < DIMENSIONS; index++) {
            left[index] += right[index];
        }
        return left;
    }

    /** All steps, given how to sum the gradient of all points at some weights. */
    static String regression(long rows, UnaryOperator<double[]> gradientAt) {
        double[] weights = new double[DIMENSIONS];
        for (int step = 0; step < STEPS; step++) {
            double[] gradient = gradientAt.apply(weights.clone());
            for (int index = 0; index < DIMENSIONS; index++) {
                weights[index] -= 10.0 / rows * gradient[index];
            }
        }
        return String.format(Locale.ROOT, "w0=%.4f", weights[0]);
    }
}
