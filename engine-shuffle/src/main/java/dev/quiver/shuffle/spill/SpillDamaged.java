package dev.quiver.shuffle.spill;

import java.io.IOException;

/** Rows that a task put aside cannot be read back as they were written. Found before a row of them was used. */
public final class SpillDamaged extends IOException {
    private static final long serialVersionUID = 1;

    SpillDamaged(String message, Throwable cause) {
        super(message, cause);
    }
}
