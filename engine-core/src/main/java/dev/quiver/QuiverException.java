package dev.quiver;

/** Something the engine could not do, said in one sentence for a person. */
public class QuiverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public QuiverException(String message) {
        super(message);
    }

    public QuiverException(String message, Throwable cause) {
        super(message, cause);
    }
}
