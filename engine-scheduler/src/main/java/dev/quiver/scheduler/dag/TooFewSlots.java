package dev.quiver.scheduler.dag;

import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.allocate.AllocationSettings;
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
 * Barrier stages that need more slots at once than there are. Their jobs fail when that lasts too long, unless executors are
 * added as work needs them and enough of them may come.
 */
public final class TooFewSlots {
    private final Duration patience;
    private final AllocationSettings allocation;
    private final DagScheduler dag;
    private final StageGraph graph;
    private final TaskSets taskSets;
    private final Executors executors;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;

    /** Since when a set has needed more than there is. */
    private final Map<TaskSet, Long> since = new LinkedHashMap<>();

    private Timer.Scheduled due;

    public TooFewSlots(DagScheduler dag, StageGraph graph, TaskSets taskSets, Executors executors, Ports ports) {
        this.patience = ports.settings().policies().barrier().slotsTimeout();
        this.allocation = ports.settings().policies().allocation();
        this.dag = dag;
        this.graph = graph;
        this.taskSets = taskSets;
        this.executors = executors;
        this.clock = ports.clock();
        this.timer = ports.timer();
    }

    /** To be called after every event. */
    public void settle() {
        if (since.isEmpty() && taskSets.gathering().isEmpty()) {
            return;
        }
        since.keySet().removeIf(set -> set.isRetired() || !isShort(set));
        for (TaskSet set : taskSets.gathering()) {
            if (isShort(set)) {
                since.putIfAbsent(set, clock.nanoTime());
            }
        }
        if (since.isEmpty() && due != null) {
            due.cancel();
            due = null;
        } else if (!since.isEmpty() && due == null) {
            long first = since.values().iterator().next();
            long left = first + patience.toNanos() - clock.nanoTime();
            due = timer.postAfter(Duration.ofNanos(Math.max(0, left)), new SchedulerEvent.TooFewSlotsDue());
        }
    }

    private boolean isShort(TaskSet set) {
        return set.queue().count() > executors.openSlots()
                && !mayGrow(set.queue().count());
    }

    /** Whether executors as those that are there may be added until there are enough slots. */
    private boolean mayGrow(int tasks) {
        long slots = executors.count() == 0 ? 1 : Math.max(1, executors.totalSlots() / executors.count());
        return allocation.enabled()
                && executors.stayingCount() < allocation.most()
                && allocation.most() * slots >= tasks;
    }

    /** The timer fired. */
    public void expire() {
        due = null;
        long now = clock.nanoTime();
        for (Map.Entry<TaskSet, Long> entry : new LinkedHashMap<>(since).entrySet()) {
            TaskSet set = entry.getKey();
            if (!set.isRetired() && now - entry.getValue() - patience.toNanos() >= 0) {
                Stage stage = graph.find(set.attempt().stage());
                since.remove(set);
                dag.jobs()
                        .failAllOf(
                                stage,
                                FailureText.ofTooFewSlots(stage, set.queue().count(), executors.openSlots(), patience),
                                null);
            }
        }
    }

    /** When jobs that wait for this set fail, in nanoseconds of the clock; null when there are slots enough. */
    public Long deadlineNanos(TaskSet set) {
        Long start = since.get(set);
        return start == null ? null : start + patience.toNanos();
    }
}
