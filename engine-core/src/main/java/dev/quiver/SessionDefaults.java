package dev.quiver;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a launcher decided before it calls the user's {@code main}: settings that a session has unless the code says
 * otherwise. One for the process; safe for use by many threads.
 */
public final class SessionDefaults {
    private static volatile Map<String, String> values = Map.of();

    private SessionDefaults() {}

    /**
     * Replaces the defaults.
     *
     * @param master  the master, or null to leave it to the code
     * @param appName the name of the application, or null to leave it to the code
     * @param config  settings by full name
     */
    public static void set(String master, String appName, Map<String, String> config) {
        Map<String, String> copy = new TreeMap<>(config);
        if (master != null) {
            copy.put(SessionConfig.MASTER.name(), master);
        }
        if (appName != null) {
            copy.put(SessionConfig.APP_NAME.name(), appName);
        }
        values = Map.copyOf(copy);
    }

    /** Forgets the defaults. */
    public static void clear() {
        values = Map.of();
    }

    static Map<String, String> values() {
        return values;
    }
}
