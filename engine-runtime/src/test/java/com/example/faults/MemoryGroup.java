package com.example.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A control group of Linux with a limit of memory; needs the rights of root. Closing it removes it: by then it is empty. */
record MemoryGroup(Path folder) implements AutoCloseable {
    private static final Path SYSTEM = Path.of("/sys/fs/cgroup");

    static MemoryGroup of(int mebibytes) throws IOException {
        String name = "quiver-test-" + ProcessHandle.current().pid();
        boolean first = Files.isDirectory(SYSTEM.resolve("memory"));
        Path folder = (first ? SYSTEM.resolve("memory") : SYSTEM).resolve(name);
        try {
            Files.createDirectory(folder);
        } catch (IOException notAllowed) {
            Assumptions.abort("this process may make no control group: " + notAllowed);
        }
        MemoryGroup group = new MemoryGroup(folder);
        try {
            Files.writeString(
                    folder.resolve(first ? "memory.limit_in_bytes" : "memory.max"),
                    String.valueOf((long) mebibytes << 20));
        } catch (IOException noSuchController) {
            group.close();
            Assumptions.abort("control groups limit no memory here: " + noSuchController);
        }
        return group;
    }

    /** What to put before a command so that it runs in here. */
    List<String> command() {
        return List.of("sh", "-c", "echo $$ > " + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
    }

    @Override
    public void close() throws IOException {
        Files.delete(folder);
    }
}
