package dev.quiver.lineage;

import dev.quiver.UsageException;

/**
 * Partitions by the hash of the key's contents, spread so that regular hash codes do not collide; null goes to partition
 * 0. The hash is {@code hashCode} but for enums, which count by name, so that all processes agree.
 *
 * @param partitionCount how many partitions there are; at least 1
 */
public record HashPartitioner(int partitionCount) implements Partitioner {
    public HashPartitioner {
        if (partitionCount < 1) {
            throw new UsageException("a hash partitioner needs at least 1 partition, not " + partitionCount);
        }
    }

    @Override
    public int partition(Object key) {
        return key == null ? 0 : partitionOfHash(KeyHash.of(key), partitionCount);
    }

    /**
     * The hash of a key's contents, 0 for null: equal for equal keys in every process.
     *
     * @throws UsageException when the key has none, as arrays do
     */
    public static int hash(Object key) {
        return KeyHash.of(key);
    }

    /** The partition of a hash code: multiplicative spread, then the high bits scaled to the count. */
    public static int partitionOfHash(int hash, int partitionCount) {
        int spread = hash * 0x9E3779B9;
        spread ^= spread >>> 16;
        return (int) ((spread & 0xFFFFFFFFL) * partitionCount >>> 32);
    }
}
