package dev.quiver;

/** The tasks of a barrier stage could not meet: one of them failed, ended, called something else, or took too long. */
public final class BarrierException extends QuiverException {
    private static final long serialVersionUID = 1;

    public BarrierException(String message) {
        super(message);
    }
}
