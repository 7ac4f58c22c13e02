package dev.quiver.benchmarks;

import dev.quiver.Dataset;
import dev.quiver.Pair;
import dev.quiver.Session;

/** {@link Narrow} in a process in which twelve other pipelines ran before: what they leave behind must not slow it down. */
final class NarrowLast implements Workload {
    private final Narrow narrow = new Narrow();

    @Override
    public void prepare(Session session, Sizes sizes) {
        int parts = sizes.partitions(8);
        Dataset<Long> range = session.range(0, sizes.rows(1_000_000), 1, parts);
        for (int round = 0; round < 3; round++) {
            range.map(x -> x + 1).reduce(Long::sum);
            range.filter(x -> x % 3 == 0).count();
            range.map(x -> x * 0.5).filter(x -> x > 10).reduce(Double::sum);
            range.map(x -> (int) (x & 1023)).map(x -> x * x).reduce(Integer::max);
            range.map(x -> "x" + x).map(String::length).reduce(Integer::sum);
            range.flatMap(x -> java.util.List.of(x, -x)).map(x -> x ^ 5).reduce(Long::sum);
            range.map(x -> new Trade(x, (int) (x & 7), x, 1))
                    .filter(trade -> trade.symbol() == 3)
                    .count();
            range.mapToPair(x -> Pair.of(x & 255, x))
                    .reduceByKey(Long::sum, parts)
                    .count();
            range.mapToPair(x -> Pair.of("k" + (x & 255), 1))
                    .reduceByKey(Integer::sum, parts)
                    .count();
            range.keyBy(x -> Mix.key(x, 1000))
                    .groupByKey(parts)
                    .values()
                    .map(values -> values.size())
                    .reduce(Integer::sum);
            range.keyBy(Mix::mix).sortByKey(true, parts).rows().count();
            range.map(x -> x >>> 2).distinct(parts).map(x -> ~x).reduce(Long::sum);
        }
    }

    @Override
    public Outcome run(Session session, Sizes sizes) throws Exception {
        return narrow.run(session, sizes);
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return narrow.expectedCheck(sizes);
    }
}
