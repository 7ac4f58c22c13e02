package dev.quiver.benchmarks;

import dev.quiver.Session;

/** Three narrow operators and a sum: what a lambda costs. */
final class Narrow implements Workload {
    @Override
    public Outcome run(Session session, Sizes sizes) {
        return Outcome.of(session.range(0, sizes.rows(100_000_000), 1, sizes.partitions(8))
                .map(x -> x * 3 + 1)
                .filter(x -> (x & 7) != 0)
                .map(x -> x ^ x >>> 3)
                .reduce(Long::sum));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return sizes.usually("13435187421173872");
    }
}
