package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.SchedulerStatus;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where tasks must not run after failures, and until when. */
final class Exclusions {
    /** Timers are taken to be this late at most, unless the driver stands still. */
    private static final long SLACK_NANOS = 1_000_000;

    private final World world;
    private final ExclusionSettings settings;

    /** Where a task of a stage attempt failed by its own fault, until it succeeded. */
    private final Map<String, List<SimulatedExecutor>> failures = new LinkedHashMap<>();

    /** Tasks of a stage attempt that failed on an executor. */
    private final Map<String, Set<Integer>> failedTasks = new LinkedHashMap<>();

    private final Set<String> settled = new LinkedHashSet<>();
    private final Set<StageAttempt> over = new LinkedHashSet<>();
    /** When failures in stages that succeeded are forgotten, by executor. */
    private final Map<ExecutorId, List<Long>> counted = new LinkedHashMap<>();

    /** Until when executors must get no tasks. */
    private final Map<ExecutorId, Long> excludedUntil = new LinkedHashMap<>();

    private long lastNanos = Long.MIN_VALUE;
    private int count;

    Exclusions(World world) {
        this.world = world;
        this.settings = world.scenario.knobs.exclusion();
    }

    private static String name(TaskAttempt task) {
        return task.stage() + "/" + task.partition();
    }

    void ended(ExecutorId executor, TaskAttempt task, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.Success) {
            settled.add(name(task));
            failures.remove(name(task));
        } else if (outcome instanceof TaskOutcome.Threw
                && !over.contains(task.stage())
                && !settled.contains(name(task))) {
            failures.computeIfAbsent(name(task), key -> new ArrayList<>()).add(world.driver.known.get(executor));
            failedTasks
                    .computeIfAbsent(task.stage() + " " + executor, key -> new LinkedHashSet<>())
                    .add(task.partition());
        }
    }

    void launched(SimulatedExecutor executor, TaskAttempt task) {
        if (!settings.enabled()) {
            return;
        }
        int there = 0;
        int host = 0;
        for (SimulatedExecutor failed : failures.getOrDefault(name(task), List.of())) {
            there += failed.id.equals(executor.id) ? 1 : 0;
            host += failed.host.equals(executor.host) ? 1 : 0;
        }
        int others = failedTasks
                .getOrDefault(task.stage() + " " + executor.id, Set.of())
                .size();
        if (there >= settings.taskTriesPerExecutor()
                || host >= settings.taskTriesPerHost()
                || others >= settings.stageTasksPerExecutor()) {
            world.violated(task + " is launched on " + executor.id + ", where it, or its stage, failed too often");
        }
    }

    void ended(StageAttempt stage, boolean succeeded) {
        over.add(stage);
        if (succeeded) {
            // What was excluded before may be for longer now.
            lastNanos = world.agenda.nanoTime();
            count(stage);
        }
    }

    /** What failed in a stage that succeeded counts for all stages. */
    private void count(StageAttempt stage) {
        if (!settings.enabled()) {
            return;
        }
        long now = world.agenda.nanoTime();
        long end = now + settings.timeout().toNanos();
        for (ExecutorId executor : world.driver.known.keySet()) {
            int failed =
                    failedTasks.getOrDefault(stage + " " + executor, Set.of()).size();
            List<Long> times = counted.computeIfAbsent(executor, key -> new ArrayList<>());
            times.removeIf(time -> time <= now);
            for (; failed > 0; failed--) {
                times.add(end);
                if (times.size() >= settings.applicationTasksPerExecutor()) {
                    excludedUntil.put(executor, end);
                }
            }
        }
    }

    void lost(ExecutorId executor) {
        failedTasks.keySet().removeIf(name -> name.endsWith(" " + executor));
        counted.remove(executor);
        excludedUntil.remove(executor);
    }

    void excluded() {
        count++;
        lastNanos = world.agenda.nanoTime();
    }

    int count() {
        return count;
    }

    /** An exclusion lasts no longer than it should. */
    void check(SchedulerStatus status, Set<ExecutorId> draining) {
        int open = 0;
        for (SimulatedExecutor executor : world.driver.known.values()) {
            boolean excluded = world.agenda.nanoTime() < excludedUntil.getOrDefault(executor.id, Long.MIN_VALUE);
            open += draining.contains(executor.id) || excluded ? 0 : executor.slots;
        }
        if (status.slots() > open) {
            world.violated("executors with " + status.slots() + " slots take tasks, and only " + open + " may");
        }
        if (count > 0
                && world.agenda.nanoTime() <= lastNanos + settings.timeout().toNanos() + SLACK_NANOS) {
            return;
        }
        int slots = 0;
        for (SimulatedExecutor executor : world.driver.known.values()) {
            slots += draining.contains(executor.id) ? 0 : executor.slots;
        }
        if (slots != status.slots() && !world.driver.isLate()) {
            world.violated("executors with " + slots + " slots take tasks, and the scheduler says " + status);
        }
    }
}
