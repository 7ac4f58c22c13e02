package dev.quiver.benchmarks;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;

/** Joins ten million facts with a dimension of a million rows. */
final class Join implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        long keys = sizes.keys(1_000_000);
        int partitions = sizes.partitions(8);
        Keyed<Long, Long> facts =
                session.range(0, sizes.rows(10_000_000), 1, partitions).mapToPair(x -> Pair.of(Mix.key(x, keys), x));
        Keyed<Long, Long> dimension = session.range(0, keys, 1, partitions).mapToPair(x -> Pair.of(x, x * 7));
        return Outcome.of(facts.join(dimension, partitions)
                .values()
                .map(both -> both.key() ^ both.value())
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return sizes.usually("54430173366509");
    }
}
