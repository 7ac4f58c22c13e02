package com.example.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Processes as the operating system sees them. */
final class Processes {
    private Processes() {}

    static void kill(long process) {
        ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void signal(String name, long process) throws Exception {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " " + process + " ended with " + code);
        }
    }

    /** The state letter of the operating system: {@code T} for a process that is stopped. */
    static char state(long process) throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(process), "stat"));
        return status.charAt(status.lastIndexOf(')') + 2);
    }

    static boolean lives(long process) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process);
        return handle.isPresent() && handle.get().isAlive();
    }

    static void awaitEnd(Collection<Long> processes) throws Exception {
        Eventually.until(
                "processes " + processes + " have ended",
                () -> processes.stream().noneMatch(Processes::lives));
    }

    /** Executors of sessions in this process. */
    static List<Long> executors() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .toList();
    }

    /** What is left in a folder. */
    static List<Path> contents(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Live threads but those of the test framework. */
    static int threadsOfTheEngine() {
        return Thread.getAllStackTraces().size();
    }

    /** Live threads that would keep this process from ending. */
    static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon() && thread.isAlive())
                .collect(Collectors.toSet());
    }
}
