package dev.quiver.scheduler.dag;

import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.exclude.ExclusionSettings;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tasks that may run on no executor there is, because all are excluded. Their jobs fail when that lasts too long: another
 * executor may come, or an exclusion end. Looked for only when exclusions or executors have changed.
 */
public final class StuckTasks {
    /** No task is stuck. */
    private static final int NONE = -1;

    private final ExclusionSettings settings;
    private final DagScheduler dag;
    private final StageGraph graph;
    private final TaskSets taskSets;
    private final Executors executors;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;

    /** Since when a task of a set has been stuck. */
    private final Map<TaskSet, Long> stuck = new LinkedHashMap<>();

    private Timer.Scheduled due;
    private boolean changed;

    public StuckTasks(DagScheduler dag, StageGraph graph, TaskSets taskSets, Executors executors, Ports ports) {
        this.settings = ports.settings().policies().exclusion();
        this.dag = dag;
        this.graph = graph;
        this.taskSets = taskSets;
        this.executors = executors;
        this.clock = ports.clock();
        this.timer = ports.timer();
    }

    /** Where tasks may run has changed. */
    public void touch() {
        changed = settings.enabled();
    }

    /** Looks for stuck tasks, if something has changed; to be called after every event. */
    public void settle() {
        stuck.keySet().removeIf(TaskSet::isRetired);
        if (changed) {
            changed = false;
            for (TaskSet set : taskSets.all()) {
                if (stuckTask(set) == NONE) {
                    stuck.remove(set);
                } else {
                    stuck.putIfAbsent(set, clock.nanoTime());
                }
            }
        }
        arm();
    }

    private void arm() {
        if (stuck.isEmpty() && due != null) {
            due.cancel();
            due = null;
        } else if (!stuck.isEmpty() && due == null) {
            long first = stuck.values().iterator().next();
            long left = first + settings.stuckTimeout().toNanos() - clock.nanoTime();
            due = timer.postAfter(Duration.ofNanos(Math.max(0, left)), new SchedulerEvent.StuckDue());
        }
    }

    /** The timer fired: jobs whose tasks have been stuck for too long fail. */
    public void expire() {
        due = null;
        long now = clock.nanoTime();
        for (Map.Entry<TaskSet, Long> entry : new LinkedHashMap<>(stuck).entrySet()) {
            TaskSet set = entry.getKey();
            int task = stuckTask(set);
            if (task != NONE && now - entry.getValue() - settings.stuckTimeout().toNanos() >= 0) {
                Stage stage = graph.find(set.attempt().stage());
                stuck.remove(set);
                dag.jobs()
                        .failAllOf(
                                stage, FailureText.ofStuckTask(stage, task, executors.stayingCount(), settings), null);
            }
        }
    }

    /** Whether some task may run nowhere. */
    public boolean any() {
        return !stuck.isEmpty();
    }

    /** When jobs that wait for this set fail, in nanoseconds of the clock; null when none of its tasks is stuck. */
    public Long deadlineNanos(TaskSet set) {
        Long since = stuck.get(set);
        return since == null ? null : since + settings.stuckTimeout().toNanos();
    }

    /** The first pending task of a set that no executor may run, though there are some that stay. */
    private int stuckTask(TaskSet set) {
        if (set.isRetired() || set.queue().first() == NONE || executors.stayingCount() == 0) {
            return NONE;
        }
        if (!anyAllows(set, NONE)) {
            return set.queue().first();
        }
        for (int task : set.exclusions().tasks()) {
            if (set.queue().contains(task) && !anyAllows(set, task)) {
                return task;
            }
        }
        return NONE;
    }

    /** Whether some executor may run a task; {@code NONE} for one that never failed. */
    private boolean anyAllows(TaskSet set, int task) {
        for (Executor executor : executors.all()) {
            if (executor.isOpen()
                    && !set.exclusions().forbids(executor)
                    && (task == NONE || !set.exclusions().forbids(task, executor))) {
                return true;
            }
        }
        return false;
    }
}
