package dev.quiver.block.wire;

import java.io.IOException;

/** A block has more bytes than its reader accepts. Asking again would not help. */
public final class BlockTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    public BlockTooLarge(String message) {
        super(message);
    }
}
