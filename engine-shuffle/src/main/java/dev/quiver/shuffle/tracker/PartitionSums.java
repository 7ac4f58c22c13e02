package dev.quiver.shuffle.tracker;

import dev.quiver.task.BlockSizes;
import java.util.Arrays;

/**
 * Bytes that each reduce partition reads from all map outputs that are there. What an output has for every partition alike
 * is added once, so that one of a hundred thousand partitions costs what stands out of it. Not safe for use by many threads.
 */
final class PartitionSums {
    private final long[] bytes;
    private long forEvery;

    PartitionSums(int reduceCount) {
        bytes = new long[reduceCount];
    }

    /** An output is there, or is there no more. @param sign 1 or -1 */
    void count(SizeCodes codes, int map, int sign) {
        for (int reduce = 0; reduce < bytes.length; reduce++) {
            bytes[reduce] += sign * BlockSizes.decode(codes.get(map, reduce));
        }
    }

    /** As {@link #count(SizeCodes, int, int)}. */
    void count(MeanSizes sizes, int sign) {
        if (sizes.presence() instanceof Presence.Listed listed) {
            forEvery += listed.listedHaveRows() ? 0 : sign * sizes.mean();
            for (int reduce : listed.partitions()) {
                bytes[reduce] += listed.listedHaveRows() ? sign * sizes.mean() : -sign * sizes.mean();
            }
        } else if (sizes.presence() instanceof Presence.Bits bits) {
            for (int reduce = 0; reduce < bytes.length; reduce++) {
                bytes[reduce] += bits.has(reduce) ? sign * sizes.mean() : 0;
            }
        } else if (sizes.presence().has(0)) {
            forEvery += sign * sizes.mean();
        }
        for (int index = 0; index < sizes.large().length; index++) {
            bytes[sizes.large()[index]] += sign * (BlockSizes.decode(sizes.largeCodes()[index]) - sizes.mean());
        }
    }

    void clear() {
        Arrays.fill(bytes, 0);
        forEvery = 0;
    }

    /** By reduce partition, a fresh array. */
    long[] all() {
        long[] all = bytes.clone();
        for (int reduce = 0; reduce < all.length && forEvery != 0; reduce++) {
            all[reduce] += forEvery;
        }
        return all;
    }
}
