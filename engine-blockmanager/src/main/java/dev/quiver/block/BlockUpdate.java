package dev.quiver.block;

import dev.quiver.StorageLevel;
import dev.quiver.id.BlockId;
import java.util.OptionalLong;

/**
 * What one process holds of a block now.
 *
 * @param level       the level it was stored under; {@code NONE} when it is gone
 * @param isNew       whether a task has stored it since the last update; else it was there, and moved, or is a copy
 * @param memoryBytes heap it takes; empty when it is not in memory
 * @param diskBytes   length of its files; empty when it is not on disk
 */
public record BlockUpdate(
        BlockId block, StorageLevel level, boolean isNew, OptionalLong memoryBytes, OptionalLong diskBytes) {
    /** The process has the block no more, or could not get it. */
    public static BlockUpdate gone(BlockId block) {
        return new BlockUpdate(block, StorageLevel.NONE, false, OptionalLong.empty(), OptionalLong.empty());
    }

    /** Whether the process no longer has the block. */
    public boolean isGone() {
        return memoryBytes.isEmpty() && diskBytes.isEmpty();
    }
}
