package dev.quiver.benchmarks;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;

/** A join in which one key holds a tenth of the rows, and a costly map behind it. */
final class SkewJoin implements Workload {
    private static final int ROUNDS = 8;

    private static final long HEAVY = 7;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        long keys = sizes.keys(1_000_000);
        int partitions = sizes.partitions(64);
        Keyed<Long, Long> facts = session.range(0, sizes.rows(50_000_000), 1, partitions)
                .mapToPair(x -> Pair.of(x % 10 == 0 ? HEAVY % keys : Mix.key(x, keys), x));
        Keyed<Long, Long> dimension = session.range(0, keys, 1, partitions).mapToPair(x -> Pair.of(x, x * 7));
        return Outcome.of(facts.join(dimension, partitions)
                .rows()
                .map(row -> Mix.costly(row.value().key() + row.value().value() - 7 * row.key(), ROUNDS))
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(50_000_000);
        return Long.toString(rows * (rows - 1) / 2);
    }
}
