package dev.quiver.scheduler.allocate;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How the number of executors follows the work.
 *
 * @param enabled            whether it does
 * @param least              executors there are always
 * @param most               executors there are never more of
 * @param initial            executors to begin with; at least {@code least} are
 * @param ratio              executors asked for, as a part of those that would run all tasks at once
 * @param backlogTimeout     how long tasks must wait before the first executors are added
 * @param sustainedTimeout   how long they must wait on before more are
 * @param idleTimeout        how long an executor may be idle
 * @param cachedIdleTimeout  how long it may be idle with cached partitions; zero for ever
 * @param shuffleIdleTimeout how long it may be idle with map outputs that may be read; zero for ever
 */
public record AllocationSettings(
        boolean enabled,
        int least,
        int most,
        int initial,
        double ratio,
        Duration backlogTimeout,
        Duration sustainedTimeout,
        Duration idleTimeout,
        Duration cachedIdleTimeout,
        Duration shuffleIdleTimeout) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("dynamicAllocation.enabled", false)
            .doc("Whether executors are asked for as tasks wait, and let go when they are idle. For cluster"
                    + " managers: local masters have the number of executors they name.");
    public static final ConfigKey<Integer> LEAST = ConfigKey.integer("dynamicAllocation.minExecutors", 0)
            .check(value -> value >= 0, "be 0 or more")
            .doc("Executors that are kept however idle.");
    public static final ConfigKey<Integer> MOST = ConfigKey.integer("dynamicAllocation.maxExecutors", Integer.MAX_VALUE)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most executors that are ever asked for.");
    public static final ConfigKey<Integer> INITIAL = ConfigKey.integer("dynamicAllocation.initialExecutors", 0)
            .check(value -> value >= 0, "be 0 or more")
            .doc("Executors to begin with, if that is more than minExecutors.");
    public static final ConfigKey<Double> RATIO = ConfigKey.decimal("dynamicAllocation.executorAllocationRatio", 1)
            .check(value -> value > 0 && value <= 1, "be more than 0 and at most 1")
            .doc("How many executors are asked for, as a part of those that would run all tasks at once. Smaller wastes"
                    + " less on short tasks.");
    public static final ConfigKey<Duration> BACKLOG_TIMEOUT = ConfigKey.duration(
                    "dynamicAllocation.schedulerBacklogTimeout", Duration.ofSeconds(1))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How long tasks wait before the first executor is asked for.");
    public static final ConfigKey<Duration> SUSTAINED_TIMEOUT = ConfigKey.duration(
                    "dynamicAllocation.sustainedSchedulerBacklogTimeout", Duration.ofSeconds(1))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How long tasks wait on before more are asked for: two, then four, and so on.");
    public static final ConfigKey<Duration> IDLE_TIMEOUT = ConfigKey.duration(
                    "dynamicAllocation.executorIdleTimeout", Duration.ofSeconds(60))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How long an executor is idle before it is let go.");
    public static final ConfigKey<Duration> CACHED_IDLE_TIMEOUT = ConfigKey.duration(
                    "dynamicAllocation.cachedExecutorIdleTimeout", Duration.ZERO)
            .doc("The same for executors with cached partitions; zero: they stay.");
    public static final ConfigKey<Duration> SHUFFLE_IDLE_TIMEOUT = ConfigKey.duration(
                    "dynamicAllocation.shuffleTracking.timeout", Duration.ZERO)
            .doc("The same for executors with map outputs that some dataset may still read; zero: they stay.");

    /** What the keys say when nobody sets them. */
    public static final AllocationSettings DEFAULTS = new AllocationSettings(
            false,
            0,
            Integer.MAX_VALUE,
            0,
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ZERO,
            Duration.ZERO);

    public static List<ConfigKey<?>> keys() {
        return List.of(
                ENABLED,
                LEAST,
                MOST,
                INITIAL,
                RATIO,
                BACKLOG_TIMEOUT,
                SUSTAINED_TIMEOUT,
                IDLE_TIMEOUT,
                CACHED_IDLE_TIMEOUT,
                SHUFFLE_IDLE_TIMEOUT);
    }

    public static AllocationSettings of(Config config) {
        return new AllocationSettings(
                config.get(ENABLED),
                config.get(LEAST),
                config.get(MOST),
                config.get(INITIAL),
                config.get(RATIO),
                config.get(BACKLOG_TIMEOUT),
                config.get(SUSTAINED_TIMEOUT),
                config.get(IDLE_TIMEOUT),
                config.get(CACHED_IDLE_TIMEOUT),
                config.get(SHUFFLE_IDLE_TIMEOUT));
    }

    /** A number of executors brought between the least and the most; the least wins. */
    int clamp(long executors) {
        return (int) Math.max(least, Math.min(most, executors));
    }

    /** How many executors tasks would keep busy. */
    int needed(long tasks, int slots) {
        return (int) Math.min(Integer.MAX_VALUE, (long) Math.ceil(tasks * ratio / slots));
    }
}
