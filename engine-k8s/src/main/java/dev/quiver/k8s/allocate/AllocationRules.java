package dev.quiver.k8s.allocate;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * How pods are asked for.
 *
 * @param batch           most that are made at once
 * @param interval        between batches
 * @param mostPending     most that are made and do not run yet
 * @param creationTimeout how long a pod may take to run
 * @param idleTimeout     how long a pod that is no longer wanted may go on starting
 * @param mostFailures    executors that may fail within {@code failuresInterval} before the application ends
 * @param failuresInterval after which a failure counts no more
 */
public record AllocationRules(
        int batch,
        Duration interval,
        int mostPending,
        Duration creationTimeout,
        Duration idleTimeout,
        int mostFailures,
        Duration failuresInterval) {
    static final ConfigKey<Integer> BATCH = ConfigKey.integer("kubernetes.allocation.batch.size", 10)
            .check(value -> value >= 1, "be at least 1")
            .doc("Executor pods that are made at once.");
    static final ConfigKey<Duration> INTERVAL = ConfigKey.duration(
                    "kubernetes.allocation.batch.delay", Duration.ofSeconds(1))
            .check(value -> value.toMillis() >= 100, "be at least 100ms")
            .doc("Time between two batches of executor pods.");
    static final ConfigKey<Integer> MOST_PENDING = ConfigKey.integer(
                    "kubernetes.allocation.maxPendingPods", Integer.MAX_VALUE)
            .check(value -> value >= 1, "be at least 1")
            .doc("Most executor pods that are made and do not run yet; no more are made until some do.");
    static final ConfigKey<Duration> CREATION_TIMEOUT = ConfigKey.duration(
                    "kubernetes.allocation.executor.timeout", Duration.ofSeconds(600))
            .check(value -> value.toMillis() >= 1_000, "be at least 1s")
            .doc("How long an executor pod may take to run before it is deleted and another made.");
    static final ConfigKey<Integer> MOST_FAILURES = ConfigKey.integer("executor.maxNumFailures", 0)
            .check(value -> value >= 0, "be 0 or more")
            .doc("Executors of a cluster that may fail within executor.failuresValidityInterval before the application"
                    + " ends. 0 means twice the executors asked for, at least 3. Executors that are taken away do not"
                    + " count.");
    static final ConfigKey<Duration> FAILURES_INTERVAL = ConfigKey.duration(
                    "executor.failuresValidityInterval", Duration.ofHours(1))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How long a failed executor counts.");

    private static final int LEAST_FAILURES = 3;

    public static List<ConfigKey<?>> keys() {
        return List.of(BATCH, INTERVAL, MOST_PENDING, CREATION_TIMEOUT, MOST_FAILURES, FAILURES_INTERVAL);
    }

    /** @param idleTimeout how long an executor may be idle under dynamic allocation */
    public static AllocationRules of(Config config, Duration idleTimeout) {
        return new AllocationRules(
                config.get(BATCH),
                config.get(INTERVAL),
                config.get(MOST_PENDING),
                config.get(CREATION_TIMEOUT),
                idleTimeout,
                config.get(MOST_FAILURES),
                config.get(FAILURES_INTERVAL));
    }

    /** Failures that are borne while so many executors are wanted. */
    int failuresBorne(int target) {
        return mostFailures > 0 ? mostFailures : Math.max(LEAST_FAILURES, 2 * target);
    }
}
