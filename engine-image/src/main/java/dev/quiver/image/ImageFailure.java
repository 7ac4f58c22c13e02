package dev.quiver.image;

/** An image that could not be built; the message is for a person. */
public final class ImageFailure extends Exception {
    private static final long serialVersionUID = 1;

    ImageFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The message alone: there is nothing to say about the class. */
    @Override
    public String toString() {
        return getMessage();
    }
}
