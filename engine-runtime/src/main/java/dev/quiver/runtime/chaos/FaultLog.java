package dev.quiver.runtime.chaos;

import dev.quiver.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that took effect, one a line, written by all processes of a session into one file: what a process did that
 * died next is there too. Safe for use by many threads and processes, since a line is appended at once.
 */
final class FaultLog {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
    private static final String NAME = "chaos.log";

    private final Path file;
    private final String process;

    private FaultLog(Path file, String process) {
        this.file = file;
        this.process = process;
    }

    /**
     * @param folder  of the session, where the settings name no file
     * @param process as faults call it
     */
    static FaultLog of(Config config, Path folder, String process) {
        String named = config.get(ChaosSettings.LOG);
        return new FaultLog(named.isBlank() ? folder.resolve(NAME) : Path.of(named), process);
    }

    /** @param detail what a person may want to know besides; may be empty */
    void tookEffect(Fault fault, String detail) {
        String line = process + ": " + fault + (detail.isEmpty() ? "" : " (" + detail + ")") + "\n";
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException folderGone) {
            LOG.warn("A fault took effect that cannot be written down: {}", line, folderGone);
        }
    }

    /** How long it is: what sessions before this one wrote into it. */
    long bytes() {
        return file.toFile().length();
    }

    /** The lines from this byte on that are complete. */
    List<String> linesFrom(long offset) {
        try {
            byte[] all = Files.readAllBytes(file);
            int from = (int) Math.min(offset, all.length);
            int end = all.length;
            while (end > from && all[end - 1] != '\n') {
                end--;
            }
            return new String(Arrays.copyOfRange(all, from, end), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException nothingYet) {
            return List.of();
        }
    }

    /** Bytes that a line takes. */
    static int bytesOf(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 1;
    }
}
