package dev.quiver.exec.task;

import dev.quiver.QuiverException;

/** Rows that must be in memory together do not fit. The message names operator, partition, bytes, and what to change. */
public final class MemoryExceeded extends QuiverException {
    private static final long serialVersionUID = 1;

    public MemoryExceeded(String message) {
        super(message);
    }
}
