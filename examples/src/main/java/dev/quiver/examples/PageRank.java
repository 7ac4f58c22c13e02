package dev.quiver.examples;

import dev.quiver.Dataset;
import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Ranks the pages of a graph: {@code rank = 0.15 + 0.85 * (what the pages that link here pass on)}, where a page passes
 * its rank on in equal parts. Links and ranks are partitioned alike, so each round shuffles ranks only, never links.
 */
public final class PageRank {
    static final String USAGE = "pagerank [EDGES_FILE] [--iterations N] [--top N] [--nodes N] [--seed N]";
    private static final int LINKS_PER_NODE = 8;

    /** A link from one page to another. */
    record Edge(long from, long to) {}

    private PageRank() {}

    public static void main(String[] args) {
        Arguments arguments = new Arguments(USAGE, Set.of("--iterations", "--top", "--nodes", "--seed"), args);
        List<String> rest = arguments.rest(0, 1);
        int iterations = arguments.count("--iterations", 10, 1);
        int top = arguments.count("--top", 10, 0);
        long nodes = arguments.number("--nodes", 10_000, 2);
        long seed = arguments.number("--seed", 42, Long.MIN_VALUE);

        try (Session session = Session.builder().appName("pagerank").getOrCreate()) {
            Dataset<Edge> edges = rest.isEmpty()
                    ? session.range(nodes).flatMap(node -> randomEdges(node, nodes, seed))
                    : session.textFile(rest.get(0))
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(PageRank::parse);
            List<Pair<Long, Double>> best = rank(edges, iterations)
                    .rows()
                    .top(top, (left, right) -> Double.compare(left.value(), right.value()));
            System.out.printf("%12s  %s%n", "rank", "page");
            best.forEach(page -> System.out.printf(Locale.ROOT, "%12.4f  %d%n", page.value(), page.key()));
        }
    }

    /** The rank of every page that an edge names. */
    static Keyed<Long, Double> rank(Dataset<Edge> edges, int iterations) {
        Keyed<Long, List<Long>> links = edges.distinct()
                .mapToPair(edge -> Pair.of(edge.from(), edge.to()))
                .groupByKey()
                .cache();
        Keyed<Long, Double> ranks = links.mapValues(targets -> 1.0);
        for (int iteration = 0; iteration < iterations; iteration++) {
            Dataset<Pair<Long, Double>> shares = links.join(ranks)
                    .rows()
                    .flatMap(page ->
                            passOn(page.key(), page.value().key(), page.value().value()));
            ranks = Keyed.of(shares).reduceByKey(Double::sum).mapValues(sum -> 0.15 + 0.85 * sum);
        }
        return ranks;
    }

    /** What a page gives to each page it links to; and nothing to itself, so that it stays when nobody links to it. */
    private static List<Pair<Long, Double>> passOn(long page, List<Long> targets, double rank) {
        List<Pair<Long, Double>> shares = new ArrayList<>(targets.size() + 1);
        shares.add(Pair.of(page, 0.0));
        targets.forEach(target -> shares.add(Pair.of(target, rank / targets.size())));
        return shares;
    }

    static Edge parse(String line) {
        String[] ends = line.trim().split("\\s+");
        if (ends.length != 2) {
            throw new IllegalArgumentException("an edge is two numbers, FROM TO, not '" + line + "'");
        }
        return new Edge(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
    }

    /** Links of one page, more of them to pages with small numbers. */
    static List<Edge> randomEdges(long node, long nodes, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_000_007L + node);
        List<Edge> edges = new ArrayList<>(LINKS_PER_NODE);
        for (int link = 0; link < LINKS_PER_NODE; link++) {
            double place = random.nextDouble();
            edges.add(new Edge(node, (long) (nodes * place * place)));
        }
        return edges;
    }
}
