package dev.quiver.runtime.process;

import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One executor process: alive until it says otherwise. Its standard input stays open as long as its driver lives; when it
 * closes, the process ends itself. Safe for use by many threads.
 */
final class ExecutorProcess {
    /** An exit code from 128 on says that a signal ended the process: its number is the rest. */
    private static final int SIGNAL_BASE = 128;

    private static final int KILL = 9;

    private static final int LINES_SHOWN = 3;
    private static final int MOST_BYTES_READ = 4_096;
    private static final List<String> NOISE = List.of(
            " VM warning: ",
            "Picked up JAVA_TOOL_OPTIONS",
            "Error occurred during initialization of VM",
            "Error: Could not create the Java Virtual Machine",
            "Error: A fatal exception has occurred");

    private final ExecutorId id;
    private final Process process;
    private final List<Path> folders;
    private final Path errors;
    private volatile boolean ready;
    private volatile boolean killed;

    /** @param folders where it works; deleted when it has ended @param errors the file its standard error goes to */
    ExecutorProcess(ExecutorId id, Process process, List<Path> folders, Path errors) {
        this.id = id;
        this.process = process;
        this.folders = folders;
        this.errors = errors;
    }

    ExecutorId id() {
        return id;
    }

    long processId() {
        return process.pid();
    }

    /** It takes tasks. */
    void markReady() {
        ready = true;
    }

    boolean isReady() {
        return ready;
    }

    /** Hands it its greeting; its standard input stays open. */
    void tell(byte[] greeting) {
        try {
            process.getOutputStream().write(greeting);
            process.getOutputStream().flush();
        } catch (IOException endedAlready) {
            // It did not even start, as with a flag its JVM refuses: its exit code and its error output tell why.
            errors.toFile().setReadable(true);
        }
    }

    void onExit(Runnable action) {
        process.onExit().thenRun(action);
    }

    /**
     * Whether the process, once it took tasks, ended by its own doing, not by a signal and not because driver or
     * executor wanted it so.
     */
    boolean endedItself() {
        return ready
                && !killed
                && !process.isAlive()
                && process.exitValue() < SIGNAL_BASE
                && !ExitCodes.blamesNobody(process.exitValue());
    }

    /** Whether something outside the driver killed it, as the system does when memory runs out. */
    boolean wasKilled() {
        return !killed && !process.isAlive() && process.exitValue() == SIGNAL_BASE + KILL;
    }

    void kill() {
        killed = true;
        process.destroyForcibly();
    }

    void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyGone) {
            // The process has ended: that is what closing asks for.
            killed = true;
        }
    }

    /** Waits for the end; kills the process when it takes longer. */
    void awaitExit(long nanos) {
        try {
            if (!process.waitFor(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
                kill();
                process.waitFor();
            }
        } catch (InterruptedException hurried) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Exit code or signal, and the lines that tell most. */
    String describeExit() {
        int code = process.exitValue();
        String how = code > SIGNAL_BASE
                ? "its process " + process.pid() + " was killed by signal " + (code - SIGNAL_BASE)
                : "its process " + process.pid() + " ended with exit code " + code;
        String lines = tellingLines();
        return lines.isEmpty() ? how : how + ", saying: " + lines;
    }

    private String tellingLines() {
        if (!Files.isReadable(errors)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(errors.toFile(), "r")) {
            // A JVM that refuses to start says why at first; one that ran has said it last.
            file.seek(ready ? Math.max(0, file.length() - MOST_BYTES_READ) : 0);
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES_READ, file.length())];
            file.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(ExecutorProcess::tells)
                    .map(String::strip)
                    .toList();
            int shown = Math.min(LINES_SHOWN, lines.size());
            return String.join(
                    " / ", ready ? lines.subList(lines.size() - shown, lines.size()) : lines.subList(0, shown));
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Whether a line is more than what a JVM says along with every reason. */
    private static boolean tells(String line) {
        return !line.isBlank() && NOISE.stream().noneMatch(line::contains);
    }

    void deleteFolders() {
        folders.forEach(Folders::delete);
    }
}
