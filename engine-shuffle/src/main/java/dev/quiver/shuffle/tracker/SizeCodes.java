package dev.quiver.shuffle.tracker;

import java.util.BitSet;

/**
 * The size codes of all map outputs of a shuffle, side by side: an array for each would cost more than what is in it where
 * there are few reduce partitions. In blocks that are made when they are needed. Not safe for use by many threads, except
 * what {@link #frozen} returns.
 */
final class SizeCodes {
    private static final int BLOCK_BYTES = 1 << 15;

    private final int reduceCount;
    private final int mapsPerBlock;
    private final byte[][] blocks;

    /** Blocks that a frozen copy has too: a change goes to a copy of the block. */
    private final BitSet shared = new BitSet();

    SizeCodes(int mapCount, int reduceCount) {
        this.reduceCount = reduceCount;
        this.mapsPerBlock = Math.min(Math.max(1, mapCount), Math.max(1, BLOCK_BYTES / Math.max(1, reduceCount)));
        this.blocks = new byte[(mapCount + mapsPerBlock - 1) / mapsPerBlock][];
    }

    private SizeCodes(SizeCodes other) {
        this.reduceCount = other.reduceCount;
        this.mapsPerBlock = other.mapsPerBlock;
        this.blocks = other.blocks.clone();
    }

    /** The codes of a map output, by reduce partition; copied. */
    void set(int map, byte[] codes) {
        int block = map / mapsPerBlock;
        if (blocks[block] == null) {
            blocks[block] = new byte[mapsPerBlock * reduceCount];
        } else if (shared.get(block)) {
            blocks[block] = blocks[block].clone();
            shared.clear(block);
        }
        System.arraycopy(codes, 0, blocks[block], start(map), reduceCount);
    }

    int reduceCount() {
        return reduceCount;
    }

    /** Of an output whose codes were set. */
    byte get(int map, int reduce) {
        return blocks[map / mapsPerBlock][start(map) + reduce];
    }

    private int start(int map) {
        return map % mapsPerBlock * reduceCount;
    }

    /** The codes as they are now, which no change reaches; for any thread. */
    SizeCodes frozen() {
        for (int block = 0; block < blocks.length; block++) {
            shared.set(block, blocks[block] != null);
        }
        return new SizeCodes(this);
    }
}
