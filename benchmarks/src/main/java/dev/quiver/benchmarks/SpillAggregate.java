package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Merges records of 96 bytes, as many as are wanted, by half as many keys: with the merged records of a partition larger
 * than a task's memory, merging goes through the disk. Checks that every key came once with what belongs to it, and how
 * many there are.
 */
final class SpillAggregate implements Workload {
    private static final long USUAL_ROWS = 10_000_000;
    private static final int RECORD_BYTES = 96;

    /** What the consumer saw of a partition. */
    private record Part(long keys, long rows, long sum) implements Serializable {}

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        long rows = sizes.rows(USUAL_ROWS);
        long keys = keys(sizes);
        long start = System.nanoTime();
        List<Part> parts = session.range(0, rows, 1, partitions)
                .mapToPair(x -> Pair.of(Mix.mix(x % keys), Totals.of(x)))
                .reduceByKey(Totals::plus, partitions)
                .rows()
                .mapPartitions(pairs -> check(pairs, keys))
                .collect();
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = rows * RECORD_BYTES / 1e6;
        return new Outcome(
                parts.stream().mapToLong(Part::keys).sum() + ":"
                        + parts.stream().mapToLong(Part::rows).sum() + ":"
                        + parts.stream().mapToLong(Part::sum).sum(),
                -1,
                String.format(Locale.ROOT, "mb=%.0f mbs=%.1f", megabytes, megabytes / seconds));
    }

    private static long keys(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        return Math.min(rows, sizes.keys(Math.max(1, rows / 2)));
    }

    private static Iterator<Part> check(Iterator<Pair<Long, Totals>> pairs, long keys) {
        long count = 0;
        long rows = 0;
        long sum = 0;
        while (pairs.hasNext()) {
            Pair<Long, Totals> pair = pairs.next();
            Totals totals = pair.value();
            if (pair.key() != Mix.mix(totals.least() % keys)
                    || totals.most() - totals.least() != (totals.rows() - 1) * keys) {
                throw new IllegalStateException(
                        "the records of " + totals.least() + " to " + totals.most() + " are not those of one key");
            }
            count++;
            rows += totals.rows();
            sum += totals.sum();
        }
        return List.of(new Part(count, rows, sum)).iterator();
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        return keys(sizes) + ":" + rows + ":" + rows * (rows - 1) / 2;
    }
}
