package dev.quiver.shuffle.store;

import java.io.IOException;

/**
 * A stored chunk is not what was written: its file was cut, its bytes changed, or its disk cannot read them. Found before
 * a row of it was used.
 */
public final class ChunkDamaged extends IOException {
    private static final long serialVersionUID = 1;

    ChunkDamaged(String message, Throwable cause) {
        super(message, cause);
    }
}
