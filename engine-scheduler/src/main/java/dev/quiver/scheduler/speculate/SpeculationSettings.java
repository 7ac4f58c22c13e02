package dev.quiver.scheduler.speculate;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * When a running task counts as slow.
 *
 * @param enabled    whether slow tasks are copied at all
 * @param interval   how often they are looked for
 * @param quantile   part of a stage's tasks that must be done first
 * @param multiplier how many times the median run time it must have taken
 * @param minRunTime how long it must have run at least
 * @param tinyStages how long a task of a stage must have run when the stage is too small for a median; zero for never
 */
public record SpeculationSettings(
        boolean enabled,
        Duration interval,
        double quantile,
        double multiplier,
        Duration minRunTime,
        Duration tinyStages) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("speculation", false)
            .doc("Whether a task that runs much longer than the others of its stage is tried a second time on another"
                    + " executor. The first to succeed counts, and the other is stopped.");
    public static final ConfigKey<Duration> INTERVAL = ConfigKey.duration(
                    "speculation.interval", Duration.ofMillis(100))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How often slow tasks are looked for.");
    public static final ConfigKey<Double> QUANTILE = ConfigKey.decimal("speculation.quantile", 0.9)
            .check(value -> value >= 0 && value <= 1, "be between 0 and 1")
            .doc("Part of a stage's tasks that must be done before the others can be slow.");
    public static final ConfigKey<Double> MULTIPLIER = ConfigKey.decimal("speculation.multiplier", 3)
            .check(value -> value >= 1, "be at least 1")
            .doc("How many times the median run time of its stage a task must have run to be slow.");
    public static final ConfigKey<Duration> MIN_RUN_TIME = ConfigKey.duration(
                    "speculation.minTaskRuntime", Duration.ofMillis(100))
            .doc("How long a task must have run at least to be slow.");
    public static final ConfigKey<Duration> TINY_STAGES = ConfigKey.duration(
                    "speculation.task.duration.threshold", Duration.ZERO)
            .doc("How long a task must have run to be slow in a stage that has no more tasks than an executor has"
                    + " slots, however many are done: there the others say little. Zero: such stages are like all"
                    + " others.");

    /** What the keys say when nobody sets them. */
    public static final SpeculationSettings DEFAULTS =
            new SpeculationSettings(false, Duration.ofMillis(100), 0.9, 3, Duration.ofMillis(100), Duration.ZERO);

    public static List<ConfigKey<?>> keys() {
        return List.of(ENABLED, INTERVAL, QUANTILE, MULTIPLIER, MIN_RUN_TIME, TINY_STAGES);
    }

    public static SpeculationSettings of(Config config) {
        return new SpeculationSettings(
                config.get(ENABLED),
                config.get(INTERVAL),
                config.get(QUANTILE),
                config.get(MULTIPLIER),
                config.get(MIN_RUN_TIME),
                config.get(TINY_STAGES));
    }

    /**
     * How long a task must have run to be slow.
     *
     * @param tasks       tasks of the stage attempt
     * @param finished    those of them that are done
     * @param medianNanos the median of their run times
     * @param slots       slots of an executor
     * @return nanoseconds, or -1 when none can be slow yet
     */
    long slowNanos(int tasks, int finished, long medianNanos, int slots) {
        if (finished > 0 && finished >= Math.floor(quantile * tasks)) {
            return Math.max(minRunTime.toNanos(), (long) (multiplier * medianNanos));
        }
        return !tinyStages.isZero() && tasks <= slots ? tinyStages.toNanos() : -1;
    }
}
