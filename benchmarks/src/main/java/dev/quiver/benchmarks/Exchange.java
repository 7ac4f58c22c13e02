package dev.quiver.benchmarks;

import dev.quiver.Keyed;
import dev.quiver.Pair;
import dev.quiver.Session;
import dev.quiver.lineage.HashPartitioner;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Wide rows through a shuffle, about a gigabyte: what moving a byte costs. The first count writes the shuffle and reads
 * it; the second finds it written, so it only reads. Figures are gigabytes a second and core.
 */
final class Exchange implements Workload {
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int ROW_BYTES = Long.BYTES + PAYLOAD_BYTES;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        long rows = sizes.rows(1_000_000);
        Keyed<Long, byte[]> parted = session.range(0, rows, 1, partitions)
                .mapToPair(x -> Pair.of(x, payload(x)))
                .partitionBy(new HashPartitioner(partitions));
        long start = System.nanoTime();
        long written = parted.count();
        long middle = System.nanoTime();
        long read = parted.count();
        long end = System.nanoTime();
        int cores = session.defaultParallelism();
        String extra = String.format(
                Locale.ROOT,
                "exchanged=%.3f read=%.3f",
                rate(rows, middle - start, cores),
                rate(rows, end - middle, cores));
        return new Outcome(written == read ? Long.toString(read) : written + " and " + read, -1, extra);
    }

    private static double rate(long rows, long nanos, int cores) {
        return (double) rows * ROW_BYTES / nanos / cores;
    }

    private static byte[] payload(long row) {
        return ByteBuffer.allocate(PAYLOAD_BYTES).putLong(row).array();
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(1_000_000));
    }
}
