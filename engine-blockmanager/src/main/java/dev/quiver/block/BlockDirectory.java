package dev.quiver.block;

import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import java.util.List;

/** Who has a block, as far as the driver knows. May be asked from any thread, and may wait for the driver's answer. */
public interface BlockDirectory {
    /**
     * Processes that hold the block, the best to ask first: the nearest, and of those that have it in memory; may be out of
     * date. Slices of collections are held by the driver.
     */
    List<ExecutorId> holders(BlockId block) throws Exception;
}
