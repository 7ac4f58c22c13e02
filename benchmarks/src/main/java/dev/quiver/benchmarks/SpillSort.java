package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The records of {@link Sort}, as many as are wanted: with partitions larger than a task's memory, sorting goes through
 * the disk. Checks order, that every key is still with its payload, how many rows came out, and the sum of their numbers.
 */
final class SpillSort implements Workload {
    private static final int USUAL_ROWS = 10_000_000;
    private static final int RECORD_BYTES = 100;

    /** What the consumer saw of a partition, and the sum of the numbers of its rows. */
    private record Part(Ordered<byte[]> ordered, long sum) implements Serializable {}

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        long rows = sizes.rows(USUAL_ROWS);
        long start = System.nanoTime();
        List<Part> parts = session.range(0, rows, 1, partitions)
                .mapToPair(x -> Pair.of(Sort.key(x), Sort.payload(x)))
                .sortByKey(true, partitions)
                .rows()
                .mapPartitions(SpillSort::check)
                .collect();
        double seconds = (System.nanoTime() - start) / 1e9;
        long counted = Ordered.rows(parts.stream().map(Part::ordered).toList(), Arrays::compareUnsigned);
        long sum = parts.stream().mapToLong(Part::sum).sum();
        double megabytes = rows * RECORD_BYTES / 1e6;
        String extra = String.format(Locale.ROOT, "mb=%.0f mbs=%.1f", megabytes, megabytes / seconds);
        return new Outcome(counted + ":" + sum, -1, extra);
    }

    private static Iterator<Part> check(Iterator<Pair<byte[], byte[]>> rows) {
        Numbers numbers = new Numbers(rows);
        Iterator<Ordered<byte[]>> ordered = Ordered.check(numbers, Arrays::compareUnsigned);
        return ordered.hasNext()
                ? List.of(new Part(ordered.next(), numbers.sum)).iterator()
                : List.<Part>of().iterator();
    }

    /** Passes rows on and adds up the numbers in their payloads. */
    private static final class Numbers implements Iterator<Pair<byte[], byte[]>> {
        private final Iterator<Pair<byte[], byte[]>> rows;
        private long sum;

        Numbers(Iterator<Pair<byte[], byte[]>> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public Pair<byte[], byte[]> next() {
            Pair<byte[], byte[]> row = rows.next();
            long number = ByteBuffer.wrap(row.value()).getLong();
            if (!Arrays.equals(row.key(), Sort.key(number))) {
                throw new IllegalStateException("the payload of row " + number + " is beside another key");
            }
            sum += number;
            return row;
        }
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        long rows = sizes.rows(USUAL_ROWS);
        return rows + ":" + rows * (rows - 1) / 2;
    }
}
