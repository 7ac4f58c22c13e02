package dev.quiver.scheduler;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import dev.quiver.scheduler.speculate.SpeculationSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of what the scheduler may do beyond running stages; each is declared beside the code it steers.
 *
 * @param exclusion   which executors get no more tasks after failures
 * @param pools       how jobs share the slots
 * @param speculation which running tasks are tried a second time
 */
public record SchedulerPolicies(ExclusionSettings exclusion, PoolSettings pools, SpeculationSettings speculation) {
    /** What the keys say when nobody sets them. */
    public static final SchedulerPolicies DEFAULTS =
            new SchedulerPolicies(ExclusionSettings.DEFAULTS, PoolSettings.DEFAULTS, SpeculationSettings.DEFAULTS);

    /** The same with other exclusions. */
    public SchedulerPolicies with(ExclusionSettings other) {
        return new SchedulerPolicies(other, pools, speculation);
    }

    /** The same with other pools. */
    public SchedulerPolicies with(PoolSettings other) {
        return new SchedulerPolicies(exclusion, other, speculation);
    }

    /** The same with other speculation. */
    public SchedulerPolicies with(SpeculationSettings other) {
        return new SchedulerPolicies(exclusion, pools, other);
    }

    static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>();
        keys.addAll(ExclusionSettings.keys());
        keys.addAll(PoolSettings.keys());
        keys.addAll(SpeculationSettings.keys());
        return keys;
    }

    static SchedulerPolicies of(Config config) {
        return new SchedulerPolicies(
                ExclusionSettings.of(config), PoolSettings.of(config), SpeculationSettings.of(config));
    }
}
