package dev.quiver.benchmarks.peers;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** What a consumer of sorted rows saw of one partition. No record: the Kryo of Spark cannot write one. */
final class Ordered<K> implements Serializable {
    private final K first;
    private final K last;
    private final long rows;

    private Ordered(K first, K last, long rows) {
        this.first = first;
        this.last = last;
        this.rows = rows;
    }

    static <R, K> Iterator<Ordered<K>> check(Iterator<R> rows, Function<R, K> keyOf, Comparator<K> order) {
        if (!rows.hasNext()) {
            return List.<Ordered<K>>of().iterator();
        }
        K first = keyOf.apply(rows.next());
        K last = first;
        long count = 1;
        while (rows.hasNext()) {
            K key = keyOf.apply(rows.next());
            if (order.compare(last, key) > 0) {
                throw new IllegalStateException("row " + count + " of a partition is smaller than the one before");
            }
            last = key;
            count++;
        }
        return List.of(new Ordered<>(first, last, count)).iterator();
    }

    static <K> long rows(List<Ordered<K>> partitions, Comparator<K> order) {
        long rows = 0;
        for (int index = 0; index < partitions.size(); index++) {
            Ordered<K> partition = partitions.get(index);
            if (index > 0 && order.compare(partitions.get(index - 1).last, partition.first) > 0) {
                throw new IllegalStateException("partition " + index + " begins below the end of the one before");
            }
            rows += partition.rows;
        }
        return rows;
    }

    static byte[] key(long row) {
        return ByteBuffer.allocate(10)
                .putLong(Mix.mix(row))
                .putShort((short) Mix.mix(~row))
                .array();
    }

    static byte[] payload(long row) {
        return ByteBuffer.allocate(90).putLong(row).array();
    }
}
