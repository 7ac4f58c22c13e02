package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.lineage.HashPartitioner;

/** A costly map behind a shuffle that gives one reducer half of all rows: how long is that one waited for? */
final class Skew implements Workload {
    private static final int ROUNDS = 32;

    private static final long OTHER_KEYS = 1_000_000;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        // Tasks are launched in the order of their partitions, and the last one is waited for longest.
        long heavy = partitions - 1;
        return Outcome.of(session.range(0, sizes.rows(20_000_000), 1, partitions)
                .mapToPair(x -> Pair.of(x % 2 == 0 ? heavy : Mix.key(x, OTHER_KEYS), x))
                .partitionBy(new HashPartitioner(partitions))
                .values()
                .map(x -> Mix.costly(x, ROUNDS))
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(20_000_000);
        return Long.toString(rows * (rows - 1) / 2);
    }
}
