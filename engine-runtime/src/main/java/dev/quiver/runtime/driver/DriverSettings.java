package dev.quiver.runtime.driver;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How the driver treats its executors and results.
 *
 * @param networkTimeout how long an executor may be silent before it is given up
 * @param maxResultSize  most bytes of results one job may bring to the driver
 */
public record DriverSettings(Duration networkTimeout, Bytes maxResultSize) {
    public static final ConfigKey<Duration> NETWORK_TIMEOUT = ConfigKey.duration(
                    "network.timeout", Duration.ofSeconds(60))
            .check(value -> value.toMillis() >= 100, "be at least 100ms")
            .doc("How long an executor may be silent before the driver gives it up and replaces it. Shorter notices"
                    + " frozen processes sooner; a long pause for garbage must not look like one.");
    public static final ConfigKey<Bytes> MAX_RESULT_SIZE = ConfigKey.bytes("driver.maxResultSize", Bytes.gibi(1))
            .doc("Most bytes of task results one job may bring to the driver; a job that would exceed it fails.");
    public static final ConfigKey<String> JARS = ConfigKey.text("jars", "")
            .doc("Application jars, comma separated, shipped to every executor by content hash. Set by quiver submit.");

    /** Every key of this package. */
    public static List<ConfigKey<?>> keys() {
        return List.of(NETWORK_TIMEOUT, MAX_RESULT_SIZE, JARS, BroadcastCompression.COMPRESS);
    }

    public static DriverSettings of(Config config) {
        return new DriverSettings(config.get(NETWORK_TIMEOUT), config.get(MAX_RESULT_SIZE));
    }
}
