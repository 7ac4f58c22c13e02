package dev.quiver.scheduler.exclude;

import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import java.time.Duration;
import java.util.List;

/**
 * After how many failures an executor or a host gets no more tasks.
 *
 * @param enabled                     whether anything is excluded at all
 * @param taskTriesPerExecutor        failures of one task on an executor
 * @param taskTriesPerHost            failures of one task on a host
 * @param stageTasksPerExecutor       tasks of a stage attempt that failed on an executor
 * @param stageExecutorsPerHost       executors of a host excluded from a stage attempt
 * @param applicationTasksPerExecutor tasks of succeeded stages that failed on an executor
 * @param applicationExecutorsPerHost executors of a host excluded from the application
 * @param timeout                     how long an application's exclusion lasts
 * @param stuckTimeout                how long a task that may run nowhere waits for another executor
 */
public record ExclusionSettings(
        boolean enabled,
        int taskTriesPerExecutor,
        int taskTriesPerHost,
        int stageTasksPerExecutor,
        int stageExecutorsPerHost,
        int applicationTasksPerExecutor,
        int applicationExecutorsPerHost,
        Duration timeout,
        Duration stuckTimeout) {
    public static final ConfigKey<Boolean> ENABLED = ConfigKey.flag("excludeOnFailure.enabled", false)
            .doc("Whether executors and hosts on which tasks fail again and again get no more tasks. Off, a failed task"
                    + " only rather runs elsewhere.");
    public static final ConfigKey<Integer> TASK_TRIES_PER_EXECUTOR = atLeastOne(
            "excludeOnFailure.task.maxTaskAttemptsPerExecutor",
            1,
            "Failures of a task on an executor after which that" + " task does not run there any more.");
    public static final ConfigKey<Integer> TASK_TRIES_PER_HOST = atLeastOne(
            "excludeOnFailure.task.maxTaskAttemptsPerNode",
            2,
            "Failures of a task on a host after which that task does" + " not run there any more.");
    public static final ConfigKey<Integer> STAGE_TASKS_PER_EXECUTOR = atLeastOne(
            "excludeOnFailure.stage.maxFailedTasksPerExecutor",
            2,
            "Different tasks of a stage that must fail on an"
                    + " executor before it gets no more tasks of that stage.");
    public static final ConfigKey<Integer> STAGE_EXECUTORS_PER_HOST = atLeastOne(
            "excludeOnFailure.stage.maxFailedExecutorsPerNode",
            2,
            "Executors of a host that must be excluded from a" + " stage before the whole host is.");
    public static final ConfigKey<Integer> APPLICATION_TASKS_PER_EXECUTOR = atLeastOne(
            "excludeOnFailure.application.maxFailedTasksPerExecutor",
            2,
            "Different tasks that must fail on an executor"
                    + " before it gets no tasks of any stage for a while. Only stages that succeed count: where a"
                    + " stage fails, its functions are to blame.");
    public static final ConfigKey<Integer> APPLICATION_EXECUTORS_PER_HOST = atLeastOne(
            "excludeOnFailure.application.maxFailedExecutorsPerNode",
            2,
            "Executors of a host that must be excluded" + " from all stages before the whole host is.");
    public static final ConfigKey<Duration> TIMEOUT = ConfigKey.duration(
                    "excludeOnFailure.timeout", Duration.ofHours(1))
            .check(value -> !value.isZero() && !value.isNegative(), "be more than zero")
            .doc("How long an executor or a host stays excluded from all stages, also an executor that another one"
                    + " could not reach.");
    public static final ConfigKey<Duration> STUCK_TIMEOUT = ConfigKey.duration(
                    "excludeOnFailure.unschedulableTimeout", Duration.ofSeconds(120))
            .doc("How long a task that may run on no executor, because all are excluded, waits for another one before"
                    + " its jobs fail.");

    /** What the keys say when nobody sets them. */
    public static final ExclusionSettings DEFAULTS =
            new ExclusionSettings(false, 1, 2, 2, 2, 2, 2, Duration.ofHours(1), Duration.ofSeconds(120));

    private static ConfigKey<Integer> atLeastOne(String name, int value, String doc) {
        return ConfigKey.integer(name, value)
                .check(count -> count >= 1, "be at least 1")
                .doc(doc);
    }

    public static List<ConfigKey<?>> keys() {
        return List.of(
                ENABLED,
                TASK_TRIES_PER_EXECUTOR,
                TASK_TRIES_PER_HOST,
                STAGE_TASKS_PER_EXECUTOR,
                STAGE_EXECUTORS_PER_HOST,
                APPLICATION_TASKS_PER_EXECUTOR,
                APPLICATION_EXECUTORS_PER_HOST,
                TIMEOUT,
                STUCK_TIMEOUT);
    }

    public static ExclusionSettings of(Config config) {
        return new ExclusionSettings(
                config.get(ENABLED),
                config.get(TASK_TRIES_PER_EXECUTOR),
                config.get(TASK_TRIES_PER_HOST),
                config.get(STAGE_TASKS_PER_EXECUTOR),
                config.get(STAGE_EXECUTORS_PER_HOST),
                config.get(APPLICATION_TASKS_PER_EXECUTOR),
                config.get(APPLICATION_EXECUTORS_PER_HOST),
                config.get(TIMEOUT),
                config.get(STUCK_TIMEOUT));
    }
}
