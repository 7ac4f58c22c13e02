package dev.quiver.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process wrote to sockets and files, as the kernel counts it. */
final class WrittenBytes {
    private static final Path IO = Path.of("/proc/self/io");

    private WrittenBytes() {}

    /** In bytes; 0 where the system does not tell. */
    static long soFar() throws IOException {
        if (!Files.isReadable(IO)) {
            return 0;
        }
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith("wchar:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
