package dev.quiver.shuffle.wire;

import java.io.IOException;

/** Bytes that are not what they should be: cut short, of another protocol version, or damaged on the way. */
public final class MalformedBytes extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedBytes(String message) {
        super(message);
    }
}
