package dev.quiver.shuffle.tracker;

import dev.quiver.task.BlockSizes;
import java.util.Arrays;

/**
 * How many bytes each of many reduce partitions reads from one map output. A byte for each would make gigabytes of a large
 * shuffle, so sizes are told by the mean of all but zeros and those far larger, which are kept. For which partitions there
 * are rows at all is known exactly as long as that takes few bytes.
 *
 * @param mean       bytes of those with rows that are not far larger; of all of them where it is not known which have rows
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

    private static final int CODES = 256;
    private static final int[] NO_PARTITIONS = {};
    private static final byte[] NO_CODES = {};

    /**
     * Of one map output.
     *
     * @param codes             {@link BlockSizes} codes
     * @param mostPresenceBytes for which partitions there are rows is remembered in at most so many bytes, or not at all
     */
    static MeanSizes of(byte[] codes, int mostPresenceBytes) {
        int[] histogram = new int[CODES];
        for (byte code : codes) {
            histogram[code & 0xFF]++;
        }
        int full = codes.length - histogram[0];
        long limit = full == 0 ? 0 : FAR_LARGER * Math.max(1, bytesUpTo(histogram, Long.MAX_VALUE) / full);
        int largeCount = countAbove(histogram, limit);
        while (largeCount > MOST_LARGE) {
            limit *= 2;
            largeCount = countAbove(histogram, limit);
        }
        int[] large = largeCount == 0 ? NO_PARTITIONS : new int[largeCount];
        byte[] largeCodes = largeCount == 0 ? NO_CODES : new byte[largeCount];
        for (int reduce = 0, found = 0; found < largeCount; reduce++) {
            if (BlockSizes.decode(codes[reduce]) > limit) {
                large[found] = reduce;
                largeCodes[found++] = codes[reduce];
            }
        }
        boolean known = Presence.bytesOf(codes.length, full) <= mostPresenceBytes;
        int others = (known ? full : codes.length) - largeCount;
        return new MeanSizes(
                others == 0 ? 0 : bytesUpTo(histogram, limit) / others,
                known ? Presence.of(codes.length, full, reduce -> codes[reduce] != 0) : Presence.PERHAPS,
                large,
                largeCodes);
    }

    private static long bytesUpTo(int[] histogram, long limit) {
        long bytes = 0;
        for (int code = 1; code < CODES && BlockSizes.decode((byte) code) <= limit; code++) {
            bytes += histogram[code] * BlockSizes.decode((byte) code);
        }
        return bytes;
    }

    private static int countAbove(int[] histogram, long limit) {
        int count = 0;
        for (int code = CODES - 1; code > 0 && BlockSizes.decode((byte) code) > limit; code--) {
            count += histogram[code];
        }
        return count;
    }

    long bytes(int reducePartition) {
        int index = large.length == 0 ? -1 : Arrays.binarySearch(large, reducePartition);
        if (index >= 0) {
            return BlockSizes.decode(largeCodes[index]);
        }
        return presence.has(reducePartition) ? mean : 0;
    }
}
