package com.example.faults;

import dev.quiver.TaskContext;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A place in a user's function where tasks wait until the test lets them on. A task that arrives leaves a file with its
 * partition, attempt and process, so that the test knows who stands where.
 */
record Gate(String folder) implements Serializable {
    private static final long LOOK_NANOS = 5_000_000;

    static Gate in(Path parent, String name) throws IOException {
        return new Gate(Files.createDirectories(parent.resolve(name)).toString());
    }

    /** One arrival. */
    record Arrival(int partition, long process) {}

    /**
     * Called by tasks: leaves word, then waits, deaf to interrupts, until the gate is open. A task that is cancelled here
     * costs its process after five seconds.
     */
    void pass() {
        arrive();
        while (!Files.exists(Path.of(folder, "open"))) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Called by tasks: leaves word, then waits until the gate is open, or the task is told to stop. */
    void passUnlessStopped() throws InterruptedException {
        arrive();
        while (!Files.exists(Path.of(folder, "open"))) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped at " + this);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Called by tasks: leaves word, then waits until the gate is open; looks itself whether the task is to stop. */
    void passUnlessKilled() {
        arrive();
        while (!Files.exists(Path.of(folder, "open"))) {
            if (TaskContext.current().isKilled()) {
                throw new IllegalStateException("stopped at " + this);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Called by tasks: leaves word and goes on. */
    void arrive() {
        try {
            Files.createTempFile(
                    Path.of(folder),
                    "task-" + TaskContext.current().partition() + "-"
                            + ProcessHandle.current().pid() + "-",
                    "");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void open() throws IOException {
        Files.createFile(Path.of(folder, "open"));
    }

    /** Every arrival so far, a partition as often as it came. */
    List<Arrival> arrivals() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.map(file -> file.getFileName().toString().split("-"))
                    .filter(parts -> parts[0].equals("task"))
                    .map(parts -> new Arrival(Integer.parseInt(parts[1]), Long.parseLong(parts[2])))
                    .toList();
        }
    }

    /** The processes that arrived here. */
    Set<Long> processes() throws IOException {
        Set<Long> processes = new TreeSet<>();
        arrivals().forEach(arrival -> processes.add(arrival.process()));
        return processes;
    }

    /** Waits until so many different processes are here. */
    Set<Long> awaitProcesses(int count) throws Exception {
        Eventually.until(count + " processes are at " + this, () -> processes().size() >= count);
        return processes();
    }
}
