package dev.quiver.shuffle.format;

import java.io.IOException;

/** Part of a file is not what was written there. The message says how: a predicate without its subject. */
public final class NotAsWritten extends IOException {
    private static final long serialVersionUID = 1;

    NotAsWritten(String how, Throwable cause) {
        super(how, cause);
    }
}
