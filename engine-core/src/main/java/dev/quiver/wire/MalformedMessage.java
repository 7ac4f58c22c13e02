package dev.quiver.wire;

/** Bytes that are no message: cut short, of another version, or damaged. The connection they came from is closed. */
public final class MalformedMessage extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedMessage(String message) {
        super(message);
    }
}
