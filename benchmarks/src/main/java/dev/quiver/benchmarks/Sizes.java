package dev.quiver.benchmarks;

import dev.quiver.StorageLevel;
import dev.quiver.UsageException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * How large the work is. A workload asks with its own default in hand; what {@code -D} said wins.
 *
 * @param given what was said: {@code n} rows, {@code keys}, {@code parts}
 * @param data  folder with input files
 * @param level the name of the storage level to look at, or null for those that a workload looks at by itself
 */
record Sizes(Map<String, Long> given, Path data, String level) {
    /** The name of what is no number. */
    static final String LEVEL = "level";

    static final Set<String> NAMES = Set.of("n", "keys", "parts");

    Sizes {
        given = Map.copyOf(given);
        given.forEach((name, value) -> {
            if (!NAMES.contains(name) || value < 1 || (name.equals("parts") && value > Integer.MAX_VALUE)) {
                throw new UsageException("-D" + name + "=" + value
                        + ": sizes are -Dn=ROWS, -Dkeys=KEYS and -Dparts=PARTITIONS, whole numbers from 1 on");
            }
        });
        if (level != null) {
            StorageLevel.valueOf(level);
        }
    }

    Sizes(Map<String, Long> given, Path data) {
        this(given, data, null);
    }

    long rows(long usual) {
        return given.getOrDefault("n", usual);
    }

    long keys(long usual) {
        return given.getOrDefault("keys", usual);
    }

    int partitions(int usual) {
        return Math.toIntExact(given.getOrDefault("parts", (long) usual));
    }

    /** Whether rows and keys are those of the definition, so that its checks hold. */
    boolean areUsual() {
        return !given.containsKey("n") && !given.containsKey("keys");
    }

    /** A check that holds at the usual sizes only. */
    String usually(String check) {
        return areUsual() ? check : null;
    }
}
