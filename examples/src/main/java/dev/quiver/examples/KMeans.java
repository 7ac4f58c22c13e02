package dev.quiver.examples;

import dev.quiver.Broadcast;
import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Groups points of the plane around {@code k} centers. The points are cached; the centers of each round are broadcast.
 * The first {@code k} points are the first centers, and the search ends when no center moves by
 * more than {@link #STILL}.
 */
public final class KMeans {
    static final String USAGE = "kmeans [POINTS_FILE] [--k N] [--iterations N] [--points N] [--seed N]";
    private static final double STILL = 1e-6;

    /** A point of the plane. */
    record Point(double x, double y) {
        double squaredDistanceTo(Point other) {
            double dx = x - other.x;
            double dy = y - other.y;
            return dx * dx + dy * dy;
        }

        /** The index of the nearest center. */
        int nearest(List<Point> centers) {
            int nearest = 0;
            for (int index = 1; index < centers.size(); index++) {
                if (squaredDistanceTo(centers.get(index)) < squaredDistanceTo(centers.get(nearest))) {
                    nearest = index;
                }
            }
            return nearest;
        }
    }

    /** The points of a cluster, added up. */
    record Sum(double x, double y, long count) {
        Sum plus(Sum other) {
            return new Sum(x + other.x, y + other.y, count + other.count);
        }

        Point mean() {
            return new Point(x / count, y / count);
        }
    }

    /** A center, and how many points it is the middle of; 0 when none was nearest to it and it stayed where it was. */
    record Cluster(Point center, long size) {}

    private KMeans() {}

    public static void main(String[] args) {
        Arguments arguments = new Arguments(USAGE, Set.of("--k", "--iterations", "--points", "--seed"), args);
        List<String> rest = arguments.rest(0, 1);
        int k = arguments.count("--k", 4, 1);
        int iterations = arguments.count("--iterations", 20, 1);
        long count = arguments.number("--points", 100_000, 1);
        long seed = arguments.number("--seed", 42, Long.MIN_VALUE);

        try (Session session = Session.builder().appName("kmeans").getOrCreate()) {
            Dataset<Point> points = rest.isEmpty()
                    ? session.range(count).map(index -> randomPoint(index, k, seed))
                    : session.textFile(rest.get(0))
                            .filter(line -> !line.isBlank())
                            .map(KMeans::parse);
            System.out.printf("%12s %12s %10s%n", "x", "y", "points");
            for (Cluster cluster : cluster(session, points, k, iterations)) {
                Point center = cluster.center();
                System.out.printf(Locale.ROOT, "%12.4f %12.4f %10d%n", center.x(), center.y(), cluster.size());
            }
        }
    }

    static List<Cluster> cluster(Session session, Dataset<Point> points, int k, int iterations) {
        points.cache();
        List<Point> centers = points.take(k);
        if (centers.size() < k) {
            throw new UsageException("there are only " + centers.size() + " points, too few for --k " + k);
        }
        List<Cluster> clusters = List.of();
        boolean moving = true;
        for (int iteration = 0; moving && iteration < iterations; iteration++) {
            clusters = assign(session, points, centers);
            List<Point> next = clusters.stream().map(Cluster::center).toList();
            moving = moved(centers, next);
            centers = next;
        }
        points.unpersist();
        return clusters;
    }

    /** Puts each center in the middle of the points that are nearest to it. */
    private static List<Cluster> assign(Session session, Dataset<Point> points, List<Point> centers) {
        Broadcast<List<Point>> broadcast = session.broadcast(centers);
        List<Pair<Integer, Sum>> sums = points.mapToPair(
                        point -> Pair.of(point.nearest(broadcast.value()), new Sum(point.x(), point.y(), 1)))
                .reduceByKey(Sum::plus)
                .collect();
        broadcast.destroy();
        List<Cluster> clusters = new ArrayList<>();
        centers.forEach(center -> clusters.add(new Cluster(center, 0)));
        sums.forEach(sum -> clusters.set(
                sum.key(), new Cluster(sum.value().mean(), sum.value().count())));
        return clusters;
    }

    private static boolean moved(List<Point> before, List<Point> after) {
        for (int index = 0; index < before.size(); index++) {
            if (before.get(index).squaredDistanceTo(after.get(index)) > STILL * STILL) {
                return true;
            }
        }
        return false;
    }

    static Point parse(String line) {
        String[] numbers = line.trim().split("[,\\s]+");
        if (numbers.length != 2) {
            throw new IllegalArgumentException("a point is two numbers, X Y, not '" + line + "'");
        }
        return new Point(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
    }

    /** A point of the {@code k} clouds that stand on a circle; neighbours in number are in different clouds. */
    static Point randomPoint(long index, int k, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + index);
        double angle = 2 * Math.PI * (index % k) / k;
        double x = random.nextDouble() + random.nextDouble() - 1;
        double y = random.nextDouble() + random.nextDouble() - 1;
        return new Point(10 * Math.cos(angle) + x, 10 * Math.sin(angle) + y);
    }
}
