package dev.quiver.block.folder;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/** Tells failures of a disk from those of whoever uses it. */
public final class DiskFailure {
    /** Limits of this process or this machine, the same for every folder. */
    private static final String NO_HANDLES = "Too many open files";

    private static final List<String> OF_READING =
            List.of("Input/output error", "Stale file handle", "Transport endpoint is not connected");

    private static final int DEEPEST_CAUSE = 32;

    private DiskFailure() {}

    /**
     * Whether another disk might have done what this one did not: anything but a thread that was stopped, a file that was
     * closed, and a process that may open no more files. Messages of the system vary, so what is unknown counts.
     */
    public static boolean mayBe(IOException failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException
                    || cause instanceof InterruptedIOException
                    || String.valueOf(cause.getMessage()).contains(NO_HANDLES)) {
                return false;
            }
        }
        return true;
    }

    /** Whether this process may open no more files. */
    public static boolean isForWantOfHandles(IOException failure) {
        return String.valueOf(failure.getMessage()).contains(NO_HANDLES);
    }

    /** Whether a disk could not give back what is on it. */
    public static boolean isOfReading(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return OF_READING.stream().anyMatch(message::contains);
    }
}
