package dev.quiver.runtime.executor;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How an executor works.
 *
 * @param slots             tasks it runs at once
 * @param heartbeatInterval how often it says that it lives
 * @param maxInlineResult   largest task result that travels inside a report
 */
public record ExecutorSettings(int slots, Duration heartbeatInterval, Bytes maxInlineResult) {
    public static final ConfigKey<Duration> HEARTBEAT_INTERVAL = ConfigKey.duration(
                    "executor.heartbeatInterval", Duration.ofSeconds(2))
            .check(value -> value.toMillis() >= 10, "be at least 10ms")
            .doc("How often an executor says that it lives. Must be well below quiver.network.timeout.");
    public static final ConfigKey<Bytes> MAX_INLINE_RESULT = ConfigKey.bytes("task.maxDirectResultSize", Bytes.mebi(1))
            .doc("Largest task result that travels inside a report. Larger ones wait on the executor until the driver"
                    + " fetches them.");

    /** Every key this record is read from. */
    public static List<ConfigKey<?>> keys() {
        return List.of(HEARTBEAT_INTERVAL, MAX_INLINE_RESULT);
    }

    /** The settings of a session, for an executor of this many slots. */
    public static ExecutorSettings of(Config config, int slots) {
        return new ExecutorSettings(slots, config.get(HEARTBEAT_INTERVAL), config.get(MAX_INLINE_RESULT));
    }
}
