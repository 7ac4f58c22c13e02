package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;

/** Brings the values of a hundred thousand keys together. */
final class Group implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        long keys = sizes.keys(100_000);
        int partitions = sizes.partitions(8);
        return Outcome.of(session.range(0, sizes.rows(5_000_000), 1, partitions)
                .mapToPair(x -> Pair.of(Mix.key(x, keys), x))
                .groupByKey(partitions)
                .values()
                .map(values -> (long) values.size())
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(5_000_000));
    }
}
