package dev.quiver.block;

import dev.quiver.id.BlockId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Blocks that only the task sees that stored them, until it succeeds. Safe for use by many threads. */
final class PrivateBlocks {
    private final Map<BlockId, Object> owners = new ConcurrentHashMap<>();

    /** Keeps a block that will be stored from all but one task; false when another task's block is kept from this one. */
    boolean hide(BlockId block, Object owner) {
        return owners.putIfAbsent(block, owner) == null;
    }

    /** All may see the block from now on; false when it is not this task's, or not private. */
    boolean reveal(BlockId block, Object owner) {
        return owners.remove(block, owner);
    }

    /** The block is not here any more, whoever stored it. */
    void forget(BlockId block) {
        owners.remove(block);
    }

    boolean isOf(Object owner, BlockId block) {
        return owners.get(block) == owner;
    }

    boolean isPrivate(BlockId block) {
        return owners.containsKey(block);
    }

    /** @param task who asks; null for all others */
    boolean isHiddenFrom(Object task, BlockId block) {
        Object owner = owners.get(block);
        return owner != null && owner != task;
    }
}
