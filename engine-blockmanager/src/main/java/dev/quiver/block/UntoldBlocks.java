package dev.quiver.block;

import dev.quiver.id.BlockId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Blocks of which the driver has not been told what is so now. Safe for use by many threads. */
final class UntoldBlocks {
    /** Whether the block is new. */
    private final Map<BlockId, Boolean> changed = new LinkedHashMap<>();

    /** Something about the block is to be told. */
    synchronized void changed(BlockId block) {
        changed.putIfAbsent(block, false);
    }

    /** The block is new, and that is to be told. */
    synchronized void stored(BlockId block) {
        changed.put(block, true);
    }

    /** Whether each is new, in the order in which they changed; none of them is told again unless it changes again. */
    synchronized Map<BlockId, Boolean> drain() {
        Map<BlockId, Boolean> told = new LinkedHashMap<>(changed);
        changed.clear();
        return told;
    }
}
