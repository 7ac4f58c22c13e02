package dev.quiver.runtime.driver;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How the driver treats its executors.
 *
 * @param networkTimeout how long an executor may be silent before it is given up
 */
public record DriverSettings(Duration networkTimeout) {
    public static final ConfigKey<Duration> NETWORK_TIMEOUT = ConfigKey.duration(
                    "network.timeout", Duration.ofSeconds(60))
            .check(value -> value.toMillis() >= 100, "be at least 100ms")
            .doc("How long an executor may be silent before the driver gives it up and replaces it. Shorter notices"
                    + " frozen processes sooner; a long pause for garbage must not look like one.");
    public static final ConfigKey<String> JARS = ConfigKey.text("jars", "")
            .doc("Application jars, comma separated, shipped to every executor by content hash. Set by quiver submit.");

    /** Every key of this package. */
    public static List<ConfigKey<?>> keys() {
        return List.of(NETWORK_TIMEOUT, JARS, BroadcastCompression.COMPRESS);
    }

    public static DriverSettings of(Config config) {
        return new DriverSettings(config.get(NETWORK_TIMEOUT));
    }
}
