package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.quiver.Session;
import dev.quiver.UsageException;
import dev.quiver.examples.KMeans.Cluster;
import dev.quiver.examples.KMeans.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KMeansTest {
    @TempDir
    Path folder;

    @Test
    void findsTheCentersThatPlainJavaFinds() {
        List<Point> points = LongStream.range(0, 3000)
                .mapToObj(index -> KMeans.randomPoint(index, 3, 11))
                .toList();
        try (Session session = RunExample.session()) {
            List<Cluster> clusters = KMeans.cluster(session, session.parallelize(points, 4), 3, 5);

            List<Cluster> expected = expected(points, 3, 5);
            assertThat(clusters).hasSize(3);
            for (int index = 0; index < 3; index++) {
                Point center = clusters.get(index).center();
                assertThat(center.x()).isCloseTo(expected.get(index).center().x(), within(1e-9));
                assertThat(center.y()).isCloseTo(expected.get(index).center().y(), within(1e-9));
                assertThat(clusters.get(index).size())
                        .isEqualTo(expected.get(index).size())
                        .isEqualTo(1000);
            }
        }
    }

    @Test
    void leavesACenterThatHasNoPointsWhereItIs() {
        List<Point> points = List.of(new Point(1, 1), new Point(1, 1), new Point(3, 1));
        try (Session session = RunExample.session()) {
            assertThat(KMeans.cluster(session, session.parallelize(points, 1), 2, 1))
                    .containsExactly(new Cluster(new Point(5.0 / 3, 1), 3), new Cluster(new Point(1, 1), 0));
        }
    }

    @Test
    void saysSoWhenThereAreFewerPointsThanCenters() {
        try (Session session = RunExample.session()) {
            assertThatThrownBy(() -> KMeans.cluster(session, session.parallelize(List.of(new Point(1, 1))), 2, 5))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("there are only 1 points, too few for --k 2");
        }
    }

    @Test
    void readsAFileOfPoints() throws Exception {
        Path file = Files.writeString(folder.resolve("points"), "0 0\n10,10\n\n0 2\n10 12\n");

        assertThat(RunExample.output(KMeans::main, "--k=2", file.toString()))
                .containsExactly(
                        "           x            y     points",
                        "      0.0000       1.0000          2",
                        "     10.0000      11.0000          2");
    }

    private static List<Cluster> expected(List<Point> points, int k, int iterations) {
        List<Point> centers = new ArrayList<>(points.subList(0, k));
        List<Cluster> clusters = new ArrayList<>();
        for (int iteration = 0; iteration < iterations; iteration++) {
            clusters.clear();
            for (int index = 0; index < k; index++) {
                int own = index;
                List<Point> mine = points.stream()
                        .filter(point -> point.nearest(centers) == own)
                        .toList();
                clusters.add(new Cluster(
                        new Point(
                                mine.stream().mapToDouble(Point::x).average().orElseThrow(),
                                mine.stream().mapToDouble(Point::y).average().orElseThrow()),
                        mine.size()));
            }
            for (int index = 0; index < k; index++) {
                centers.set(index, clusters.get(index).center());
            }
        }
        return clusters;
    }
}
