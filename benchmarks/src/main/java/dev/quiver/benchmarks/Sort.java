package dev.quiver.benchmarks;

import dev.quiver.Pair;
import dev.quiver.Session;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sorts records of 100 bytes by a key of 10. */
final class Sort implements Workload {
    private static final int KEY_BYTES = 10;
    private static final int PAYLOAD_BYTES = 90;

    @Override
    public Outcome run(Session session, Sizes sizes) {
        int partitions = sizes.partitions(8);
        return Outcome.of(Ordered.rows(
                session.range(0, sizes.rows(5_000_000), 1, partitions)
                        .mapToPair(x -> Pair.of(key(x), payload(x)))
                        .sortByKey(true, partitions)
                        .rows()
                        .mapPartitions(rows -> Ordered.check(rows, Arrays::compareUnsigned))
                        .collect(),
                Arrays::compareUnsigned));
    }

    @Override
    public String expectedCheck(Sizes sizes) {
        return Long.toString(sizes.rows(5_000_000));
    }

    static byte[] key(long row) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putLong(Mix.mix(row))
                .putShort((short) Mix.mix(~row))
                .array();
    }

    static byte[] payload(long row) {
        return ByteBuffer.allocate(PAYLOAD_BYTES).putLong(row).array();
    }
}
