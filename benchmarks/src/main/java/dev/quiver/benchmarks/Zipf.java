package dev.quiver.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Ranks from 0 on that come as often as Zipf's law says: the k-th with weight {@code 1 / k^exponent}. */
final class Zipf {
    private static final Map<Integer, Zipf> MADE = new ConcurrentHashMap<>();

    /** So skewed are the keys of the workloads. */
    private static final double EXPONENT = 1.1;

    private final double[] cumulated;

    /** A key from 0 to {@code keys - 1} for a number; the table behind it is made once a process. */
    static long key(long number, long keys) {
        return MADE.computeIfAbsent(Math.toIntExact(keys), ranks -> new Zipf(ranks, EXPONENT))
                .rank(Mix.mix(number));
    }

    private Zipf(int ranks, double exponent) {
        cumulated = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += StrictMath.pow(rank + 1, -exponent);
            cumulated[rank] = sum;
        }
    }

    private int rank(long random) {
        double point = (random >>> 11) * 0x1p-53 * cumulated[cumulated.length - 1];
        int found = Arrays.binarySearch(cumulated, point);
        return Math.min(cumulated.length - 1, found < 0 ? ~found : found);
    }
}
