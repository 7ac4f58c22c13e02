package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;

/** Sorts pairs of longs. */
final class SortLong implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        return Outcome.of(Ordered.rows(
                session.range(0, sizes.rows(20_000_000), 1, partitions)
                        .mapToPair(x -> Pair.of(Mix.mix(x), x))
                        .sortByKey(true, partitions)
                        .rows()
                        .mapPartitions(rows -> Ordered.check(rows, Long::compare))
                        .collect(),
                Long::compare));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(20_000_000));
    }
}
