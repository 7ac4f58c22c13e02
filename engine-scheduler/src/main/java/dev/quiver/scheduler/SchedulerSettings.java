package dev.quiver.scheduler;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How patient the scheduler is.
 *
 * @param taskMaxFailures        failures of one task that end its job
 * @param stageMaxAttempts       consecutive attempts of a stage ended by fetch failures that end its jobs
 * @param localityWait           how long a task waits for an executor near its data
 * @param resubmitDelay          how long fetch failures are collected before stages are submitted again
 * @param queueDepth             most tasks an executor holds beyond its slots, while plenty are left
 * @param skew                   when a partition is computed in slices
 * @param policies               what it may do beyond running stages
 */
public record SchedulerSettings(
        int taskMaxFailures,
        int stageMaxAttempts,
        Duration localityWait,
        Duration resubmitDelay,
        int queueDepth,
        SkewSettings skew,
        SchedulerPolicies policies) {
    public static final ConfigKey<Integer> TASK_MAX_FAILURES = ConfigKey.integer("task.maxFailures", 4)
            .check(value -> value >= 1, "be at least 1")
            .doc("Failures of one task that end its job. Losing an executor or a map output is not counted.");
    public static final ConfigKey<Integer> STAGE_MAX_ATTEMPTS = ConfigKey.integer("stage.maxConsecutiveAttempts", 4)
            .check(value -> value >= 1, "be at least 1")
            .doc("Attempts of a stage, one after the other, that may end by unreadable map outputs before its jobs"
                    + " fail.");
    public static final ConfigKey<Duration> LOCALITY_WAIT = ConfigKey.duration("locality.wait", Duration.ofSeconds(3))
            .doc("How long a task waits for a slot on an executor that holds its data before any slot will do.");
    public static final ConfigKey<Duration> RESUBMIT_DELAY = ConfigKey.duration(
                    "stage.resubmitDelay", Duration.ofMillis(200))
            .doc("How long lost map outputs are collected before their stages run again. Longer coalesces more"
                    + " losses.");
    public static final ConfigKey<Integer> QUEUE_DEPTH = ConfigKey.integer("executor.queueDepth", 256)
            .check(value -> value >= 0, "be 0 or more")
            .doc("Most tasks an executor holds beyond its slots while plenty are left. Larger hides the round trip of"
                    + " short tasks; the last part of a stage is always held back at the driver.");

    /** With the usual settings for skew, and the usual policies. */
    public SchedulerSettings(
            int taskMaxFailures, int stageMaxAttempts, Duration localityWait, Duration resubmitDelay, int queueDepth) {
        this(taskMaxFailures, stageMaxAttempts, localityWait, resubmitDelay, queueDepth, SkewSettings.DEFAULTS);
    }

    /** With the usual policies. */
    public SchedulerSettings(
            int taskMaxFailures,
            int stageMaxAttempts,
            Duration localityWait,
            Duration resubmitDelay,
            int queueDepth,
            SkewSettings skew) {
        this(
                taskMaxFailures,
                stageMaxAttempts,
                localityWait,
                resubmitDelay,
                queueDepth,
                skew,
                SchedulerPolicies.DEFAULTS);
    }

    /** The same with other policies. */
    public SchedulerSettings with(SchedulerPolicies others) {
        return new SchedulerSettings(
                taskMaxFailures, stageMaxAttempts, localityWait, resubmitDelay, queueDepth, skew, others);
    }

    /** Every key this module reads. */
    public static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(
                List.of(TASK_MAX_FAILURES, STAGE_MAX_ATTEMPTS, LOCALITY_WAIT, RESUBMIT_DELAY, QUEUE_DEPTH));
        keys.addAll(SkewSettings.keys());
        keys.addAll(SchedulerPolicies.keys());
        return keys;
    }

    /** The settings of a session. */
    public static SchedulerSettings of(Config config) {
        return new SchedulerSettings(
                config.get(TASK_MAX_FAILURES),
                config.get(STAGE_MAX_ATTEMPTS),
                config.get(LOCALITY_WAIT),
                config.get(RESUBMIT_DELAY),
                config.get(QUEUE_DEPTH),
                SkewSettings.of(config),
                SchedulerPolicies.of(config));
    }
}
