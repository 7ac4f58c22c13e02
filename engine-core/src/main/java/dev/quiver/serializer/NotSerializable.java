package dev.quiver.serializer;

import dev.quiver.QuiverException;

/** A value that cannot travel; trying again cannot help. */
public class NotSerializable extends QuiverException {
    private static final long serialVersionUID = 1;

    public NotSerializable(String message, Throwable cause) {
        super(message, cause);
    }
}
