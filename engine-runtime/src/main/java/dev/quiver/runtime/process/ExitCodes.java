package dev.quiver.runtime.process;

/**
 * What the exit code of an executor process says. With all but {@link #DEAF_TASK} and {@link #LEFT} the tasks it ran are to blame, unless
 * one of them has been named before.
 */
public final class ExitCodes {
    /** Told to end, or its driver is gone. */
    public static final int DONE = 0;

    /** It never reached its driver. */
    public static final int NO_DRIVER = 3;

    /** It reached its driver, but could not get ready for tasks, as when a jar could not be fetched. */
    public static final int NOT_READY = 4;

    /** It could not go on, as when a report could not be sent. */
    public static final int BROKEN = 91;

    /** A task ran out of memory, and what else did is unknown. */
    public static final int OUT_OF_MEMORY = 92;

    /** A cancelled task would not end. */
    public static final int DEAF_TASK = 93;

    /** It was asked to end by a signal, or let go by its driver. */
    public static final int LEFT = 94;

    private ExitCodes() {}

    /** Whether the tasks of a job that still runs have nothing to do with this end. */
    public static boolean blamesNobody(int code) {
        return code == DEAF_TASK || code == LEFT;
    }
}
