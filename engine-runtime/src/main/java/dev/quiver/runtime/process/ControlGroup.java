package dev.quiver.runtime.process;

import dev.quiver.config.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The control group of Linux whose memory this process and its executors share, as of a container: how often the system
 * killed a process of it for want of memory. Of both versions; where there is none, nothing is known. Safe for use by many
 * threads.
 */
final class ControlGroup {
    private static final Path SYSTEM = Path.of("/sys/fs/cgroup");
    private static final String KILLS = "oom_kill";

    /** Larger limits are none. */
    private static final long NO_LIMIT = 1L << 50;

    private final Path kills;
    private final Path limit;
    private final Path peak;
    private long told;

    private ControlGroup(Path kills, Path limit, Path peak) {
        this.kills = kills;
        this.limit = limit;
        this.peak = peak;
        this.told = count();
    }

    static ControlGroup ofThisProcess() {
        return of(Path.of("/proc/self/cgroup"), SYSTEM);
    }

    /** @param membership the system's file that names the groups of a process @param system where groups are folders */
    static ControlGroup of(Path membership, Path system) {
        Path first = system.resolve("memory");
        for (String line : lines(membership)) {
            // Number of the hierarchy, what it is for, path; inside a container the path may be that of its host.
            String[] words = line.split(":", 3);
            if (words.length == 3 && List.of(words[1].split(",")).contains("memory")) {
                Path own = folder(first, words[2], "memory.oom_control");
                return new ControlGroup(
                        own.resolve("memory.oom_control"),
                        own.resolve("memory.limit_in_bytes"),
                        own.resolve("memory.max_usage_in_bytes"));
            }
        }
        for (String line : lines(membership)) {
            if (line.startsWith("0::")) {
                Path own = folder(system, line.substring("0::".length()), "memory.events");
                return new ControlGroup(
                        own.resolve("memory.events"), own.resolve("memory.max"), own.resolve("memory.peak"));
            }
        }
        Path none = system.resolve("none");
        return new ControlGroup(none, none, none);
    }

    private static Path folder(Path root, String path, String file) {
        Path own = root.resolve(path.startsWith("/") ? path.substring(1) : path);
        return Files.exists(own.resolve(file)) ? own : root;
    }

    /** Whether a process was killed for want of memory that no earlier call has told of. */
    synchronized boolean takeKill() {
        if (count() <= told) {
            return false;
        }
        told++;
        return true;
    }

    /** What it may have and has had, for a person; empty when that is not known. */
    String describe() {
        long most = number(lines(limit), 0);
        long had = number(lines(peak), 0);
        return most <= 0 || most >= NO_LIMIT
                ? ""
                : ", which may have " + Bytes.of(most).display()
                        + (had > 0 ? " and had " + Bytes.of(had).display() + " at most" : "");
    }

    private long count() {
        for (String line : lines(kills)) {
            if (line.startsWith(KILLS + " ")) {
                return number(List.of(line.substring(KILLS.length() + 1)), 0);
            }
        }
        return 0;
    }

    private static long number(List<String> lines, long otherwise) {
        try {
            return lines.isEmpty() ? otherwise : Long.parseLong(lines.get(0).strip());
        } catch (NumberFormatException noLimit) {
            return otherwise;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
