package dev.quiver.scheduler.barrier;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How long barrier stages wait.
 *
 * @param timeout      for the last task to make a call that all must make
 * @param slotsTimeout for the slots there have to be at once
 */
public record BarrierSettings(Duration timeout, Duration slotsTimeout) {
    public static final ConfigKey<Duration> TIMEOUT = ConfigKey.duration("barrier.timeout", Duration.ofMinutes(30))
            .check(value -> value.toMillis() >= 1, "be at least 1ms")
            .doc("How long the tasks of a barrier stage wait in barrier() or allGather() for the last of them,"
                    + " before all fail and are tried again.");
    public static final ConfigKey<Duration> SLOTS_TIMEOUT = ConfigKey.duration(
                    "barrier.slots.timeout", Duration.ofSeconds(10))
            .doc("How long a barrier stage with more tasks than there are slots waits for further executors before its"
                    + " jobs fail.");

    /** What the keys say when nobody sets them. */
    public static final BarrierSettings DEFAULTS =
            new BarrierSettings(TIMEOUT.defaultValue(), SLOTS_TIMEOUT.defaultValue());

    public static List<ConfigKey<?>> keys() {
        return List.of(TIMEOUT, SLOTS_TIMEOUT);
    }

    public static BarrierSettings of(Config config) {
        return new BarrierSettings(config.get(TIMEOUT), config.get(SLOTS_TIMEOUT));
    }
}
