package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;

/** A sum for each of a million keys. */
final class Aggregate implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        long keys = sizes.keys(1_000_000);
        int partitions = sizes.partitions(8);
        return Outcome.of(session.range(0, sizes.rows(20_000_000), 1, partitions)
                .mapToPair(x -> Pair.of(Mix.key(x, keys), x))
                .reduceByKey(Long::sum, partitions)
                .count());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return sizes.usually("1000000");
    }
}
