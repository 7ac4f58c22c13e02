package dev.quiver.shuffle.tracker;

import java.util.Arrays;

/** For which reduce partitions a map output has rows. Immutable. */
sealed interface Presence {
    /** Whether there are rows for this reduce partition. */
    boolean has(int reducePartition);

    /** On the driver: the size codes themselves, shared with the tracker. Zero means no rows. */
    record Sizes(byte[] codes) implements Presence {
        @Override
        public boolean has(int reducePartition) {
            return codes[reducePartition] != 0;
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
