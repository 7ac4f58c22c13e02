package dev.quiver.exec.task;

import dev.quiver.QuiverException;

/** Rows that must be in memory together do not fit. The message names operator, partition, bytes, and what to change. */
public final class MemoryExceeded extends QuiverException {
    private static final long serialVersionUID = 1;

    private final boolean mayHelpToRetry;

    public MemoryExceeded(String message) {
        this(message, true);
    }

    /** @param mayHelpToRetry whether there may be more memory another time */
    public MemoryExceeded(String message, boolean mayHelpToRetry) {
        super(message);
        this.mayHelpToRetry = mayHelpToRetry;
    }

    /** Whether there may be more memory another time: not when an executor has less in all than is needed. */
    public boolean mayHelpToRetry() {
        return mayHelpToRetry;
    }
}
