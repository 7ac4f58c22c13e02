package dev.quiver.scheduler.handover;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * What an executor that leaves hands over, and how long that may take.
 *
 * @param shuffles  whether map outputs are handed over
 * @param cached    whether cached partitions are
 * @param transfers most orders to take map outputs that are under way for one executor
 * @param maxTries  executors that are asked for a map output before it stays behind
 * @param timeout   how long an executor without tasks waits for the rest
 */
public record HandoverSettings(boolean shuffles, boolean cached, int transfers, int maxTries, Duration timeout) {
    public static final ConfigKey<Boolean> SHUFFLES = ConfigKey.flag("decommission.shuffles", true)
            .doc("Whether an executor that is told to leave hands its map outputs to others first. Otherwise they are"
                    + " computed again when they are needed.");
    public static final ConfigKey<Boolean> CACHED = ConfigKey.flag("decommission.cached", true)
            .doc("Whether an executor that is told to leave hands its cached partitions to others first. Otherwise they"
                    + " are computed again when they are needed.");
    public static final ConfigKey<Integer> TRANSFERS = ConfigKey.integer("decommission.transfers", 4)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most transfers of map outputs at a time, for each executor that leaves and for each that takes. More"
                    + " is sooner done; each uses a thread and up to quiver.shuffle.fetch.window of memory.");
    public static final ConfigKey<Integer> MAX_TRIES = ConfigKey.integer("decommission.maxTries", 3)
            .check(value -> value >= 1, "be at least 1")
            .doc("How often the transfer of a map output is tried, each time by another executor if there is one,"
                    + " before it is left behind.");
    public static final ConfigKey<Duration> TIMEOUT = ConfigKey.duration("decommission.timeout", Duration.ofMinutes(2))
            .doc("How long an executor that leaves may hand over what it holds once its last task has ended. What is"
                    + " left then is computed again when it is needed.");

    /** What the keys say when nobody sets them. */
    public static final HandoverSettings DEFAULTS = new HandoverSettings(
            SHUFFLES.defaultValue(),
            CACHED.defaultValue(),
            TRANSFERS.defaultValue(),
            MAX_TRIES.defaultValue(),
            TIMEOUT.defaultValue());

    public static List<ConfigKey<?>> keys() {
        return List.of(SHUFFLES, CACHED, TRANSFERS, MAX_TRIES, TIMEOUT);
    }

    public static HandoverSettings of(Config config) {
        return new HandoverSettings(
                config.get(SHUFFLES),
                config.get(CACHED),
                config.get(TRANSFERS),
                config.get(MAX_TRIES),
                config.get(TIMEOUT));
    }
}
