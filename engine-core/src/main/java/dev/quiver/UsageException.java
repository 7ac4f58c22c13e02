package dev.quiver;

/** The engine was asked for something it cannot mean: a wrong setting, master, path or argument. Nothing has run. */
public class UsageException extends QuiverException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
