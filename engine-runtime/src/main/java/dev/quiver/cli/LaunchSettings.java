package dev.quiver.cli;

import dev.quiver.SessionDefaults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the command line decided for the sessions of the application; its code may still say otherwise.
 *
 * @param master  the master, or null to leave it to settings and code
 * @param appName name of the application, or null
 * @param config  settings by full name
 */
record LaunchSettings(String master, String appName, Map<String, String> config) {
    /** Jars that tasks need: absolute paths, separated by commas. The driver ships them to executors. */
    static final String JARS = "quiver.jars";

    private static final String MASTER = "quiver.master";

    LaunchSettings {
        config = Map.copyOf(config);
    }

    /** The master that flags or settings name, or null when they leave it to the code. */
    String effectiveMaster() {
        return master == null ? config.get(MASTER) : master;
    }

    /** The jars that settings name. */
    List<Path> jars() {
        List<Path> jars = new ArrayList<>();
        for (String name : config.getOrDefault(JARS, "").split(",")) {
            if (!name.isBlank()) {
                jars.add(Path.of(name.trim()));
            }
        }
        return jars;
    }

    /** With one more jar for tasks. */
    LaunchSettings shipping(Path jar) {
        List<Path> jars = new ArrayList<>(jars());
        jars.add(jar);
        return withJars(jars);
    }

    LaunchSettings withJars(List<Path> jars) {
        Map<String, String> copy = new TreeMap<>(config);
        copy.put(JARS, String.join(",", jars.stream().map(Path::toString).toList()));
        return new LaunchSettings(master, appName, copy);
    }

    /** Makes these the defaults of every session that this process creates from now on. */
    void install() {
        SessionDefaults.set(master, appName, config);
    }
}
