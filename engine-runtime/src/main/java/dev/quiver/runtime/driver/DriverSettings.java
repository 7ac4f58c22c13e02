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
    public static final ConfigKey<String> HOST = ConfigKey.text("driver.host", "")
            .doc("The name or address at which executors of a cluster reach this driver. Empty means an address of this"
                    + " machine that the cluster's master is reached from. Not for local masters.");
    public static final ConfigKey<String> BIND_ADDRESS = ConfigKey.text("driver.bindAddress", "0.0.0.0")
            .doc("The address the driver listens at for executors of a cluster. Not for local masters, which listen on"
                    + " the loopback address.");
    public static final ConfigKey<Integer> PORT = ConfigKey.integer("driver.port", 0)
            .check(value -> value >= 0 && value <= 65_535, "be from 0 to 65535")
            .doc("The port the driver listens at for executors of a cluster; 0 for any that is free.");

    /** Every key of this package. */
    public static List<ConfigKey<?>> keys() {
        return List.of(NETWORK_TIMEOUT, JARS, HOST, BIND_ADDRESS, PORT, BroadcastCompression.COMPRESS);
    }

    public static DriverSettings of(Config config) {
        return new DriverSettings(config.get(NETWORK_TIMEOUT));
    }
}
