package dev.quiver.shuffle.tracker;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** For which reduce partitions a map output has rows. Immutable. */
sealed interface Presence {
    /** A list is shorter than bits when it has at most this part of all partitions. */
    int BITS_PER_LISTED = 32;

    /** For which partitions the outputs of a shuffle have rows is told in at most so many bytes, all outputs together. */
    int MOST_BYTES = 3 << 20;

    /** Whether there are rows for this reduce partition; {@link #PERHAPS} says so of every one. */
    boolean has(int reducePartition);

    /** There may be rows for every partition, or may not: who holds the output knows. */
    Presence PERHAPS = new Unknown();

    /** At most so many bytes for each map output, or it is told as {@link #PERHAPS}. */
    static int mostBytes(int mapCount) {
        return MOST_BYTES / Math.max(1, mapCount);
    }

    /** The shortest of some partitions. @param full how many of them {@code has} says are full */
    static Presence of(int count, int full, IntPredicate has) {
        if (full == 0 || full == count) {
            return full == 0 ? Uniform.NONE : Uniform.ALL;
        }
        boolean listFull = full <= count - full;
        int listed = listFull ? full : count - full;
        if (listed <= count / BITS_PER_LISTED) {
            return new Listed(
                    IntStream.range(0, count)
                            .filter(reduce -> has.test(reduce) == listFull)
                            .toArray(),
                    listFull);
        }
        byte[] bits = new byte[(count + 7) >>> 3];
        for (int reduce = 0; reduce < count; reduce++) {
            if (has.test(reduce)) {
                bits[reduce >>> 3] |= (byte) (1 << (reduce & 7));
            }
        }
        return new Bits(bits);
    }

    /** How many bytes {@link #of} makes. */
    static int bytesOf(int count, int full) {
        int listed = Math.min(full, count - full);
        return listed <= count / BITS_PER_LISTED ? 4 * listed : (count + 7) >>> 3;
    }

    /** On the driver: the size codes themselves, shared with the tracker. Zero means no rows. */
    record Sizes(SizeCodes codes, int map) implements Presence {
        @Override
        public boolean has(int reducePartition) {
            return codes.get(map, reducePartition) != 0;
        }

        /** Without the sizes, in at most so many bytes or as {@link #PERHAPS}. */
        Presence alone(int mostBytes) {
            int count = codes.reduceCount();
            int full = 0;
            for (int reduce = 0; reduce < count; reduce++) {
                full += has(reduce) ? 1 : 0;
            }
            return bytesOf(count, full) > mostBytes ? PERHAPS : of(count, full, this::has);
        }
    }

    /** Rows for every partition, or for none. */
    record Uniform(boolean value) implements Presence {
        static final Uniform ALL = new Uniform(true);
        static final Uniform NONE = new Uniform(false);

        @Override
        public boolean has(int reducePartition) {
            return value;
        }
    }

    /** Nobody told. */
    record Unknown() implements Presence {
        @Override
        public boolean has(int reducePartition) {
            return true;
        }
    }

    /** Rows for these partitions, ascending, or for all but these. */
    record Listed(int[] partitions, boolean listedHaveRows) implements Presence {
        @Override
        public boolean has(int reducePartition) {
            return Arrays.binarySearch(partitions, reducePartition) >= 0 == listedHaveRows;
        }
    }

    /** One bit for each partition, lowest bit first. */
    record Bits(byte[] bits) implements Presence {
        @Override
        public boolean has(int reducePartition) {
            return (bits[reducePartition >>> 3] & 1 << (reducePartition & 7)) != 0;
        }
    }
}
