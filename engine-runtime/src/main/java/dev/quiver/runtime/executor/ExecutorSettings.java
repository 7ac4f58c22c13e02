package dev.quiver.runtime.executor;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.config.ConfigKey;
import dev.quiver.exec.pipeline.FunctionListener;
import dev.quiver.id.TaskAttempt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How an executor works.
 *
 * @param slots             tasks it runs at once
 * @param heartbeatInterval how often it says that it lives
 * @param maxInlineResult   largest task result that travels inside a report
 * @param heapLimit         part of the heap beyond which it is under pressure
 * @param functions         is told of the functions of stages
 * @param beforeTask        is told of each task on its thread before it begins, and may take its time
 */
public record ExecutorSettings(
        int slots,
        Duration heartbeatInterval,
        Bytes maxInlineResult,
        double heapLimit,
        FunctionListener functions,
        Consumer<TaskAttempt> beforeTask) {
    public static final ConfigKey<Duration> HEARTBEAT_INTERVAL = ConfigKey.duration(
                    "executor.heartbeatInterval", Duration.ofSeconds(2))
            .check(value -> value.toMillis() >= 10, "be at least 10ms")
            .doc("How often an executor says that it lives. Must be well below quiver.network.timeout.");
    public static final ConfigKey<Bytes> MAX_INLINE_RESULT = ConfigKey.bytes("task.maxDirectResultSize", Bytes.mebi(1))
            .doc("Largest task result that travels inside a report. Larger ones wait on the executor until the driver"
                    + " fetches them.");

    public static final ConfigKey<String> EXPLAIN_INLINING = ConfigKey.text("explain.inlining", "")
            .doc("A folder into which executors write which functions their stages run. The command line sets it for"
                    + " --explain-inlining; empty means that nothing is written.");

    /** Every key this record is read from. */
    public static List<ConfigKey<?>> keys() {
        return List.of(
                HEARTBEAT_INTERVAL, MAX_INLINE_RESULT, HeapPressure.LIMIT, EXPLAIN_INLINING, Farewell.GRACE_PERIOD);
    }

    /** The settings of a session, for an executor of this many slots. */
    public static ExecutorSettings of(Config config, int slots) {
        String folder = config.get(EXPLAIN_INLINING);
        return new ExecutorSettings(
                slots,
                config.get(HEARTBEAT_INTERVAL),
                config.get(MAX_INLINE_RESULT),
                config.get(HeapPressure.LIMIT),
                folder.isEmpty() ? FunctionListener.NONE : new FunctionFile(Path.of(folder)),
                task -> {});
    }

    /** The same with something to do before each task. */
    ExecutorSettings before(Consumer<TaskAttempt> task) {
        return new ExecutorSettings(slots, heartbeatInterval, maxInlineResult, heapLimit, functions, task);
    }
}
