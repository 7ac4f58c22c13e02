package dev.quiver.runtime.simulation;

import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.task.TaskOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A job fails for what its tasks have done only after they have done it so often: what is charged to nobody, as the loss of an
 * executor that was to leave, does not count. Counted here is the most that may have been charged.
 */
final class Blame {
    private static final Pattern UNREAD = Pattern.compile("stage (\\d+) \\(.*\\) could not read its input");
    private static final Pattern FAILED = Pattern.compile("of stage (\\d+) \\(.*\\) failed (\\d+ times|in attempt)");

    private final World world;
    private final SchedulerSettings settings;

    /** By stage, then by task. */
    private final Map<StageId, Map<Integer, Integer>> failures = new LinkedHashMap<>();

    private final Map<StageId, Integer> unread = new LinkedHashMap<>();

    Blame(World world) {
        this.world = world;
        this.settings = world.scenario.knobs.scheduler();
    }

    /** A try ended that ran. @param expected whether it looked for an output on an executor that was to leave */
    void ended(TaskAttempt task, TaskOutcome outcome, boolean expected) {
        if (outcome instanceof TaskOutcome.FetchFailed) {
            unread.merge(task.stage().stage(), expected ? 0 : 1, Integer::sum);
        } else if (outcome instanceof TaskOutcome.Failure failure && failure.counts()) {
            charge(task);
        }
    }

    private void charge(TaskAttempt task) {
        failures.computeIfAbsent(task.stage().stage(), key -> new LinkedHashMap<>())
                .merge(task.partition(), 1, Integer::sum);
    }

    /** A process ended, and a task is to blame. */
    void ended(Set<TaskAttempt> tasks) {
        tasks.forEach(this::charge);
    }

    void jobFailed(String message) {
        Matcher unable = UNREAD.matcher(message);
        if (unable.find()) {
            int times = unread.getOrDefault(new StageId(Integer.parseInt(unable.group(1))), 0);
            if (times < settings.stageMaxAttempts()) {
                world.violated("only " + times + " attempts could not read: " + message);
            }
        }
        Matcher failed = FAILED.matcher(message);
        if (failed.find() && !message.contains("trying again cannot help")) {
            StageId stage = new StageId(Integer.parseInt(failed.group(1)));
            int times = failures.getOrDefault(stage, Map.of()).values().stream()
                    .mapToInt(Integer::intValue)
                    .max()
                    .orElse(0);
            if (times < settings.taskMaxFailures()) {
                world.violated("no task has failed more than " + times + " times: " + message);
            }
        }
    }
}
