package dev.quiver.shuffle.checkpoint;

import java.io.IOException;

/** A file of a checkpoint is missing or is not what was written. Found before a row of it was used. */
public final class CheckpointDamaged extends IOException {
    private static final long serialVersionUID = 1;

    CheckpointDamaged(String message, Throwable cause) {
        super(
                message + ". A checkpoint is all there is of its rows: what they were computed from was forgotten. The"
                        + " task fails and is tried again; if this repeats, restore the file, or run the application"
                        + " again.",
                cause);
    }
}
