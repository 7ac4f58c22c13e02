package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Brings the values of each key together, of records of 100 bytes, as many as are wanted, ten a key: with partitions larger
 * than a task's memory, grouping goes through the disk. Checks that values came to their own key, how many keys and values
 * there are, and the sum of the values' numbers.
 */
final class SpillGroup implements Workload {
    private static final long USUAL_ROWS = 10_000_000;
    private static final int KEY_BYTES = 8;
    private static final int VALUE_BYTES = 92;

    /** What the consumer saw of a partition. */
    private record Part(long keys, long values, long sum) implements Serializable {}

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        long rows = sizes.rows(USUAL_ROWS);
        long keys = keys(sizes);
        long start = System.nanoTime();
        List<Part> parts = session.range(0, rows, 1, partitions)
                .mapToPair(x -> Pair.of(Mix.mix(x % keys), value(x)))
                .groupByKey(partitions)
                .rows()
                .mapPartitions(groups -> check(groups, keys))
                .collect();
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = rows * (KEY_BYTES + VALUE_BYTES) / 1e6;
        return new Outcome(
                parts.stream().mapToLong(Part::keys).sum() + ":"
                        + parts.stream().mapToLong(Part::values).sum() + ":"
                        + parts.stream().mapToLong(Part::sum).sum(),
                -1,
                String.format(Locale.ROOT, "mb=%.0f mbs=%.1f", megabytes, megabytes / seconds));
    }

    private static long keys(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        return Math.min(rows, sizes.keys(Math.max(1, rows / 10)));
    }

    private static byte[] value(long number) {
        return ByteBuffer.allocate(VALUE_BYTES).putLong(number).array();
    }

    private static Iterator<Part> check(Iterator<Pair<Long, List<byte[]>>> groups, long keys) {
        long count = 0;
        long values = 0;
        long sum = 0;
        while (groups.hasNext()) {
            Pair<Long, List<byte[]>> group = groups.next();
            for (byte[] value : group.value()) {
                long number = ByteBuffer.wrap(value).getLong();
                if (group.key() != Mix.mix(number % keys)) {
                    throw new IllegalStateException("the value of " + number + " came to another key");
                }
                sum += number;
            }
            count++;
            values += group.value().size();
        }
        return List.of(new Part(count, values, sum)).iterator();
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        return keys(sizes) + ":" + rows + ":" + rows * (rows - 1) / 2;
    }
}
