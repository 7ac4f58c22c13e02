package dev.quiver.cli;

import dev.quiver.QuiverException;
import dev.quiver.UsageException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * How the process ends after a failure.
 *
 * @param code 2 for wrong usage, 1 for everything else
 * @param line what a person reads
 */
record ExitReport(int code, String line) {
    private static final List<Class<?>> WRAPPERS = List.of(
            ExecutionException.class,
            CompletionException.class,
            ExceptionInInitializerError.class,
            UndeclaredThrowableException.class);

    static ExitReport of(Throwable failure) {
        Throwable reason = unwrap(failure);
        if (reason instanceof UsageException) {
            return new ExitReport(Quiver.MISUSED, oneLine(reason.getMessage()));
        }
        if (reason instanceof QuiverException) {
            return new ExitReport(Quiver.FAILED, oneLine(reason.getMessage()));
        }
        if (reason instanceof OutOfMemoryError) {
            return new ExitReport(
                    Quiver.FAILED,
                    "the application ran out of memory in the driver (" + oneLine(reason.getMessage()) + ", heap "
                            + Runtime.getRuntime().maxMemory() / (1 << 20)
                            + " MiB); collect less, or raise --driver-memory");
        }
        return new ExitReport(
                Quiver.FAILED,
                "the application failed: " + oneLine(reason.toString())
                        + userLine(reason).map(frame -> " (at " + frame + ")").orElse("")
                        + "; add --verbose for the stack trace");
    }

    /** The text without line breaks. */
    static String oneLine(String text) {
        return text == null ? "no message" : text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** What really happened, below wrappers that add nothing. */
    private static Throwable unwrap(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null && addsNothing(reason)) {
            reason = reason.getCause();
        }
        return reason;
    }

    private static boolean addsNothing(Throwable failure) {
        return WRAPPERS.contains(failure.getClass())
                || failure.getClass() == RuntimeException.class
                        && failure.getCause().toString().equals(failure.getMessage());
    }

    /** The first line of the stack that is neither the platform's nor the engine's. */
    private static Optional<StackTraceElement> userLine(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getModuleName() == null)
                .filter(frame -> !frame.getClassName().startsWith("dev.quiver.")
                        || frame.getClassName().startsWith("dev.quiver.examples."))
                .findFirst();
    }
}
