package dev.quiver.scheduler;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of what the scheduler may do beyond running stages; each is declared beside the code it steers.
 *
 * @param exclusion which executors get no more tasks after failures
 * @param pools     how jobs share the slots
 */
public record SchedulerPolicies(ExclusionSettings exclusion, PoolSettings pools) {
    /** What the keys say when nobody sets them. */
    public static final SchedulerPolicies DEFAULTS =
            new SchedulerPolicies(ExclusionSettings.DEFAULTS, PoolSettings.DEFAULTS);

    static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(ExclusionSettings.keys());
        keys.addAll(PoolSettings.keys());
        return keys;
    }

    static SchedulerPolicies of(Config config) {
        return new SchedulerPolicies(ExclusionSettings.of(config), PoolSettings.of(config));
    }
}
