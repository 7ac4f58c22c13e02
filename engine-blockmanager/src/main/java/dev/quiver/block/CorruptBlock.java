package dev.quiver.block;

import dev.quiver.id.BlockId;
import java.io.IOException;

/** The bytes of a block are not those that were written. The block is dropped; it is computed again when needed. */
public final class CorruptBlock extends IOException {
    private static final long serialVersionUID = 1;

    private final BlockId block;

    public CorruptBlock(BlockId block, String message, Throwable cause) {
        super("block " + block.name() + " is damaged: " + message, cause);
        this.block = block;
    }

    public BlockId block() {
        return block;
    }
}
