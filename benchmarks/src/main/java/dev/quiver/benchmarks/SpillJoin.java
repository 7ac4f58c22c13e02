package dev.quiver.benchmarks;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Joins two sides of records of 100 bytes, as many as are wanted: with both sides of a partition larger than a task's
 * memory, the join goes through the disk. Keys are unique; three quarters of those of each side are on the other, too.
 * Checks that values meet those of their own key, how many rows came out, and the sum of their numbers.
 */
final class SpillJoin implements Workload {
    private static final long USUAL_ROWS = 5_000_000;
    private static final int KEY_BYTES = 8;
    private static final int VALUE_BYTES = 92;

    /** What the consumer saw of a partition. */
    private record Part(long rows, long sum) implements Serializable {}

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        long rows = sizes.rows(USUAL_ROWS);
        long start = System.nanoTime();
        Keyed<Long, byte[]> left = session.range(0, rows, 1, partitions).mapToPair(x -> Pair.of(Mix.mix(x), value(x)));
        Keyed<Long, byte[]> right =
                session.range(rows / 4, rows + rows / 4, 1, partitions).mapToPair(x -> Pair.of(Mix.mix(x), value(~x)));
        List<Part> parts = left.join(right, partitions)
                .rows()
                .mapPartitions(SpillJoin::check)
                .collect();
        double seconds = (System.nanoTime() - start) / 1e9;
        double megabytes = 2 * rows * (KEY_BYTES + VALUE_BYTES) / 1e6;
        return new Outcome(
                parts.stream().mapToLong(Part::rows).sum() + ":"
                        + parts.stream().mapToLong(Part::sum).sum(),
                -1,
                String.format(Locale.ROOT, "mb=%.0f mbs=%.1f", megabytes, megabytes / seconds));
    }

    private static byte[] value(long number) {
        return ByteBuffer.allocate(VALUE_BYTES).putLong(number).array();
    }

    private static Iterator<Part> check(Iterator<Pair<Long, Pair<byte[], byte[]>>> rows) {
        long count = 0;
        long sum = 0;
        while (rows.hasNext()) {
            Pair<Long, Pair<byte[], byte[]>> row = rows.next();
            long number = ByteBuffer.wrap(row.value().key()).getLong();
            if (row.key() != Mix.mix(number)
                    || ByteBuffer.wrap(row.value().value()).getLong() != ~number) {
                throw new IllegalStateException("the row of number " + number + " has another key, or another value");
            }
            count++;
            sum += number;
        }
        return List.of(new Part(count, sum)).iterator();
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        long first = rows / 4;
        return rows - first + ":" + (rows * (rows - 1) / 2 - first * (first - 1) / 2);
    }
}
