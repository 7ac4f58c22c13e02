package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.lineage.HashPartitioner;

/** Few rows, dealt out to thousands of reducers by few maps: what it costs to get at a tiny partition. */
final class TinyReads implements Workload {
    private static final int MAPS = 8;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        return Outcome.of(session.range(0, sizes.rows(400_000), 1, MAPS)
                .mapToPair(x -> Pair.of(x, x))
                .partitionBy(new HashPartitioner(sizes.partitions(4_000)))
                .count());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(400_000));
    }
}
