package dev.quiver.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quiver.Session;
import dev.quiver.examples.PageRank.Edge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageRankTest {
    @TempDir
    Path folder;

    @Test
    void ranksAsPlainJavaDoes() {
        List<Edge> edges = LongStream.range(0, 200)
                .boxed()
                .flatMap(node -> PageRank.randomEdges(node, 200, 7).stream())
                .toList();
        try (Session session = RunExample.session()) {
            Map<Long, Double> ranks =
                    PageRank.rank(session.parallelize(edges, 5), 4).collectAsMap();

            assertSame(ranks, expected(edges, 4));
        }
    }

    @Test
    void keepsPagesThatNobodyLinksToAndPagesThatLinkToNobody() {
        List<Edge> edges = List.of(new Edge(1, 2), new Edge(1, 2), new Edge(1, 3), new Edge(2, 3));
        try (Session session = RunExample.session()) {
            Map<Long, Double> ranks =
                    PageRank.rank(session.parallelize(edges), 3).collectAsMap();

            assertThat(ranks).containsOnlyKeys(1L, 2L, 3L);
            assertThat(ranks.get(1L)).isCloseTo(0.15, within(1e-9));
            assertSame(ranks, expected(edges, 3));
        }
    }

    @Test
    void readsAFileOfEdgesAndPrintsTheBestPagesFirst() throws Exception {
        Path file = Files.writeString(folder.resolve("edges"), "# from to\n1 2\n3\t2\n\n2 1\n");

        assertThat(RunExample.output(PageRank::main, file.toString(), "--iterations", "1", "--top", "2"))
                .containsExactly("        rank  page", "      1.8500  2", "      1.0000  1");
    }

    private static void assertSame(Map<Long, Double> ranks, Map<Long, Double> expected) {
        assertThat(ranks.keySet()).isEqualTo(expected.keySet());
        expected.forEach((page, rank) -> assertThat(ranks.get(page)).isCloseTo(rank, within(1e-9)));
    }

    private static Map<Long, Double> expected(List<Edge> edges, int iterations) {
        Map<Long, Set<Long>> links = new TreeMap<>();
        edges.forEach(edge ->
                links.computeIfAbsent(edge.from(), from -> new TreeSet<>()).add(edge.to()));
        Map<Long, Double> ranks = new HashMap<>();
        links.keySet().forEach(page -> ranks.put(page, 1.0));
        for (int iteration = 0; iteration < iterations; iteration++) {
            Map<Long, Double> sums = new HashMap<>();
            links.forEach((page, targets) -> {
                sums.merge(page, 0.0, Double::sum);
                targets.forEach(target -> sums.merge(target, ranks.get(page) / targets.size(), Double::sum));
            });
            sums.forEach((page, sum) -> ranks.put(page, 0.15 + 0.85 * sum));
        }
        return ranks;
    }
}
