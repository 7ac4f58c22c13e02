package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.lineage.HashPartitioner;

/** A shuffle of few rows through many blocks: what a block costs. */
final class ManyBlocks implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(500);
        return Outcome.of(session.range(0, sizes.rows(250_000), 1, partitions)
                .mapToPair(x -> Pair.of(x, x))
                .partitionBy(new HashPartitioner(partitions))
                .count());
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(250_000));
    }
}
