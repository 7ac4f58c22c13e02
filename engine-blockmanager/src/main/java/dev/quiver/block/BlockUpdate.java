package dev.quiver.block;

import dev.quiver.id.BlockId;
import java.util.OptionalLong;

/**
 * What one process holds of a block now.
 *
 * @param memoryBytes heap it takes; empty when it is not in memory
 * @param diskBytes   length of its files; empty when it is not on disk
 */
public record BlockUpdate(BlockId block, OptionalLong memoryBytes, OptionalLong diskBytes) {
    /** Whether the process no longer has the block. */
    public boolean isGone() {
        return memoryBytes.isEmpty() && diskBytes.isEmpty();
    }
}
