package dev.quiver.shuffle.tracker;

import dev.quiver.task.BlockSizes;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How many bytes each of many reduce partitions reads from one map output. A byte for each would make gigabytes of a large
 * shuffle, so sizes are told by the mean of all but zeros and those far larger, which are kept. For which partitions there
 * are rows at all is known exactly.
 *
 * @param large      partitions that read far more, ascending
 * @param largeCodes what those read
 */
record MeanSizes(long mean, Presence presence, int[] large, byte[] largeCodes) {
    /** Up to so many reduce partitions every size is kept. */
    static final int ALL_KEPT = 2_000;

    /** Most sizes that are kept beside the mean. */
    static final int MOST_LARGE = 100;

    /** A size is far larger from so many means on, or more where there are many such. */
    private static final int FAR_LARGER = 4;

    /** @param codes {@link BlockSizes} codes */
    static MeanSizes of(byte[] codes) {
        long[] bytes = new long[codes.length];
        long total = 0;
        int full = 0;
        for (int reduce = 0; reduce < codes.length; reduce++) {
            bytes[reduce] = BlockSizes.decode(codes[reduce]);
            total += bytes[reduce];
            full += codes[reduce] == 0 ? 0 : 1;
        }
        long limit = full == 0 ? 0 : FAR_LARGER * Math.max(1, total / full);
        int[] large = above(bytes, limit);
        while (large.length > MOST_LARGE) {
            limit *= 2;
            large = above(bytes, limit);
        }
        byte[] largeCodes = new byte[large.length];
        for (int index = 0; index < large.length; index++) {
            largeCodes[index] = codes[large[index]];
            total -= bytes[large[index]];
        }
        int others = full - large.length;
        return new MeanSizes(others == 0 ? 0 : total / others, presence(codes, full), large, largeCodes);
    }

    private static int[] above(long[] bytes, long limit) {
        return IntStream.range(0, bytes.length)
                .filter(reduce -> bytes[reduce] > limit)
                .toArray();
    }

    private static Presence presence(byte[] codes, int full) {
        if (full == 0 || full == codes.length) {
            return full == 0 ? Presence.Uniform.NONE : Presence.Uniform.ALL;
        }
        boolean listFull = full <= codes.length - full;
        int listed = listFull ? full : codes.length - full;
        if (listed <= codes.length / 32) {
            int[] partitions = IntStream.range(0, codes.length)
                    .filter(reduce -> (codes[reduce] != 0) == listFull)
                    .toArray();
            return new Presence.Listed(partitions, listFull);
        }
        byte[] bits = new byte[(codes.length + 7) >>> 3];
        for (int reduce = 0; reduce < codes.length; reduce++) {
            if (codes[reduce] != 0) {
                bits[reduce >>> 3] |= (byte) (1 << (reduce & 7));
            }
        }
        return new Presence.Bits(bits);
    }

    long bytes(int reducePartition) {
        int index = large.length == 0 ? -1 : Arrays.binarySearch(large, reducePartition);
        if (index >= 0) {
            return BlockSizes.decode(largeCodes[index]);
        }
        return presence.has(reducePartition) ? mean : 0;
    }
}
