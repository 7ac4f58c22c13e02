package dev.quiver.runtime.process;

/**
 * What the exit code of an executor process says. Those from {@link #BROKEN} on are the engine's own way to replace a
 * process: the task behind it, if there was one, has been reported, and no other task is to blame.
 */
public final class ExitCodes {
    /** Told to end, or its driver is gone. */
    public static final int DONE = 0;

    /** It never reached its driver. */
    public static final int NO_DRIVER = 3;

    /** It could not go on, as when a report could not be sent. */
    public static final int BROKEN = 91;

    /** A task ran out of memory, and what else did is unknown. */
    public static final int OUT_OF_MEMORY = 92;

    /** A cancelled task would not end. */
    public static final int DEAF_TASK = 93;

    private ExitCodes() {}

    static boolean isOwnReplacement(int code) {
        return code >= BROKEN && code <= DEAF_TASK;
    }
}
