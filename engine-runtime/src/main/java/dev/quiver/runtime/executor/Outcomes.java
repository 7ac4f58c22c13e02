package dev.quiver.runtime.executor;

import dev.quiver.UsageException;
import dev.quiver.block.memory.MemoryReport;
import dev.quiver.config.Bytes;
import dev.quiver.exec.task.CommitDenied;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.MemoryExceeded;
import dev.quiver.exec.task.TaskKilled;
import dev.quiver.exec.task.UserLine;
import dev.quiver.serializer.NotSerializable;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.checkpoint.CheckpointDamaged;
import dev.quiver.shuffle.format.DiskFull;
import dev.quiver.shuffle.spill.SpillDamaged;
import dev.quiver.task.TaskOutcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystemException;
import java.util.function.Supplier;

/** Sorts what a task threw: user's code, environment, or news for the scheduler. */
final class Outcomes {
    private static final int MOST_TRACE_CHARACTERS = 16_384;
    private static final int MOST_MESSAGE_CHARACTERS = 8_192;
    private static final int DEEPEST_CAUSE = 32;
    private static final String DISK_FULL = "No space left";
    private static final String NO_HANDLES = "Too many open files";

    private Outcomes() {}

    /** @param memory who holds what, in case that the heap ran out */
    static TaskOutcome.Failure of(RunningTask task, Throwable thrown, Supplier<MemoryReport> memory) {
        if (task.isKilled()) {
            return new TaskOutcome.Killed(task.killReason());
        }
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            if (cause instanceof FetchFailure fetch) {
                return new TaskOutcome.FetchFailed(
                        fetch.shuffle(), fetch.mapPartition(), fetch.holder(), String.valueOf(fetch.getMessage()));
            }
            if (cause instanceof TaskKilled) {
                return new TaskOutcome.Killed(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof CommitDenied) {
                return new TaskOutcome.CommitDenied(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof OutOfMemoryError) {
                return outOfMemory(task, cause, memory);
            }
            if (isDiskTrouble(cause)) {
                return new TaskOutcome.Environment(describe(cause) + advice(cause), trace(thrown));
            }
        }
        return new TaskOutcome.Threw(
                thrown.getClass().getName(),
                describe(thrown),
                String.valueOf(UserLine.of(thrown)),
                trace(thrown),
                mayHelpToRetry(thrown));
    }

    private static TaskOutcome.OutOfMemory outOfMemory(
            RunningTask task, Throwable error, Supplier<MemoryReport> memory) {
        String what = "out of memory (" + error.getMessage() + ") " + at(error);
        try {
            what += " in partition " + task.partition() + " of stage "
                    + task.attempt().stage().stage() + ". " + holders(task, memory.get());
        } catch (OutOfMemoryError again) {
            what += ".";
        }
        return new TaskOutcome.OutOfMemory(
                what + " Use more partitions, or raise --executor-memory (quiver.executor.memory), which is M of"
                        + " local-cluster[N,C,M]");
    }

    /** What of the heap is known to be held, and by whom; the rest is what user code and the engine themselves keep. */
    private static String holders(RunningTask task, MemoryReport report) {
        Runtime heap = Runtime.getRuntime();
        String held = task.heldAtMost();
        return "The operators of the task had asked for " + (held.isEmpty() ? "nothing" : held + " at most") + ". "
                + report.describe() + " The heap has room for "
                + Bytes.of(heap.maxMemory()).display()
                + " of objects; what is not named here is held by user code.";
    }

    private static String at(Throwable thrown) {
        String line = UserLine.of(thrown);
        return line == null || line.isEmpty() ? "in the engine" : "at " + line;
    }

    private static boolean mayHelpToRetry(Throwable thrown) {
        return !(thrown instanceof NotSerializable
                || thrown instanceof UsageException
                || thrown instanceof MemoryExceeded exceeded && !exceeded.mayHelpToRetry());
    }

    /** A file that user code opened for itself is the user's business; one of the engine's is the machine's. */
    private static boolean isDiskTrouble(Throwable cause) {
        if (cause instanceof DiskFull || cause instanceof SpillDamaged || cause instanceof CheckpointDamaged) {
            return true;
        }
        if (!(cause instanceof IOException) || !UserLine.isThrownByEngine(cause)) {
            return false;
        }
        if (cause instanceof FileSystemException) {
            return true;
        }
        String message = cause.getMessage();
        return message != null
                && (message.contains(DISK_FULL)
                        || message.contains(NO_HANDLES)
                        || message.contains("Input/output error"));
    }

    private static String advice(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains(NO_HANDLES)) {
            return "; raise the limit of open files for executors (ulimit -n), or lower "
                    + ShuffleSettings.MAX_OPEN_FILES.name();
        }
        return message.contains(DISK_FULL)
                ? "; free some space there, or use another disk (for working files: quiver.local.dir)"
                : "";
    }

    private static String describe(Throwable thrown) {
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.getClass().getSimpleName();
        }
        return message.length() > MOST_MESSAGE_CHARACTERS
                ? message.substring(0, MOST_MESSAGE_CHARACTERS) + "…"
                : message;
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.getBuffer().length() > MOST_TRACE_CHARACTERS
                ? text.getBuffer().substring(0, MOST_TRACE_CHARACTERS) + "…"
                : text.toString();
    }
}
