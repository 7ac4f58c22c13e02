package dev.quiver.exec.arrow;

import java.io.IOException;

/** Bytes that claim to be a column batch and are not: truncated, damaged, or of a kind the engine does not write. */
public final class CorruptBatch extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptBatch(String message) {
        super(message);
    }

    public CorruptBatch(String message, Throwable cause) {
        super(message, cause);
    }
}
