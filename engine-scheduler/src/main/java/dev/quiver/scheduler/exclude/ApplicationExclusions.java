package dev.quiver.scheduler.exclude;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Executors and hosts that get no tasks of any stage for a while, since tasks of several stages failed there. Failures
 * count when their stage succeeds: then it was not the user's function that made them. Both failures and exclusions are
 * forgotten after the timeout.
 *
 * <p>The same holds, whatever the settings, for one of two executors that cannot reach one another: while both get tasks,
 * each needs what only the other can read. Of two such executors one always gets tasks.
 */
public final class ApplicationExclusions {
    private final ExclusionSettings settings;
    private final Executors executors;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;

    /** When each failure is forgotten, the first ones first. */
    private final Map<ExecutorId, ArrayDeque<Long>> failures = new TreeMap<>();

    /** When each exclusion ends. Those of executors name their hosts, also of executors that are gone. */
    private final Map<ExecutorId, Exclusion> excluded = new LinkedHashMap<>();

    private final Map<String, Long> hosts = new TreeMap<>();

    /** Executors that are excluded for the sake of another one that they cannot reach. */
    private final Map<ExecutorId, CutOff> cutOff = new LinkedHashMap<>();

    private final Complaints complaints = new Complaints();
    private Timer.Scheduled due;
    private boolean reopened;

    private record Exclusion(String host, long endNanos) {}

    private record CutOff(ExecutorId from, long endNanos) {}

    public ApplicationExclusions(
            ExclusionSettings settings, Executors executors, Clock clock, Timer<SchedulerEvent> timer) {
        this.settings = settings;
        this.executors = executors;
        this.clock = clock;
        this.timer = timer;
    }

    /** A stage attempt succeeded. Returns the executors that get no more tasks from now on. */
    public List<Executor> succeeded(SetExclusions set) {
        Map<ExecutorId, Set<Integer>> failed = set.failedTasks();
        if (failed.isEmpty()) {
            return List.of();
        }
        long end = clock.nanoTime() + settings.timeout().toNanos();
        failed.forEach((id, tasks) -> {
            ArrayDeque<Long> times = failures.computeIfAbsent(id, key -> new ArrayDeque<>());
            tasks.forEach(task -> times.add(end));
            Executor executor = executors.find(id);
            if (executor != null && times.size() >= settings.applicationTasksPerExecutor()) {
                exclude(executor, end);
            }
        });
        failures.keySet().removeIf(id -> !executors.isAlive(id));
        arm();
        return apply();
    }

    private void exclude(Executor executor, long endNanos) {
        excluded.put(executor.id(), new Exclusion(executor.host(), endNanos));
        long count = excluded.values().stream()
                .filter(exclusion -> exclusion.host().equals(executor.host()))
                .count();
        if (count >= settings.applicationExecutorsPerHost()) {
            hosts.put(executor.host(), endNanos);
        }
    }

    /**
     * A task could read nothing of what an executor holds.
     *
     * @return the one of the two that gets no more tasks from now on; null when both still do, or one did not anyway
     */
    public Executor unreachable(StageAttempt attempt, ExecutorId reader, ExecutorId holder) {
        if (!executors.takesTasks(reader) || !executors.takesTasks(holder)) {
            return null;
        }
        ExecutorId choice = complaints.add(attempt, reader, holder);
        if (choice == null) {
            return null;
        }
        // Whoever was excluded for the sake of this one was not to blame.
        cutOff.values().removeIf(each -> each.from().equals(choice));
        ExecutorId other = choice.equals(reader) ? holder : reader;
        cutOff.put(
                choice, new CutOff(other, clock.nanoTime() + settings.timeout().toNanos()));
        arm();
        apply();
        return executors.find(choice);
    }

    /** An attempt of a stage succeeded, or none will be made any more. */
    public void forget(StageId stage) {
        complaints.forget(stage);
    }

    /** An executor is gone. */
    public void lost(ExecutorId executor) {
        complaints.forget(executor);
        cutOff.remove(executor);
        leaves(executor);
    }

    /** An executor gets no more tasks, since it is to leave: nobody need be excluded for its sake. */
    public void leaves(ExecutorId executor) {
        if (cutOff.values().removeIf(each -> each.from().equals(executor))) {
            apply();
        }
    }

    /** An executor came: its host may be excluded. */
    public void added(Executor executor) {
        if (hosts.containsKey(executor.host())) {
            executors.setExcluded(executor, true);
        }
    }

    /** The timer fired: what has lasted long enough ends. */
    public void expire() {
        due = null;
        long now = clock.nanoTime();
        failures.values().forEach(times -> times.removeIf(end -> end - now <= 0));
        failures.values().removeIf(ArrayDeque::isEmpty);
        excluded.values().removeIf(exclusion -> exclusion.endNanos() - now <= 0);
        hosts.values().removeIf(end -> end - now <= 0);
        cutOff.values().removeIf(each -> each.endNanos() - now <= 0);
        arm();
        apply();
    }

    /** Whether an executor takes tasks again since this was last asked. */
    public boolean takeReopened() {
        boolean now = reopened;
        reopened = false;
        return now;
    }

    /** When an executor takes tasks again, in nanoseconds of the clock; only for such as are excluded. */
    public long endNanos(Executor executor) {
        Exclusion exclusion = excluded.get(executor.id());
        CutOff apart = cutOff.get(executor.id());
        long end = hosts.getOrDefault(executor.host(), Long.MIN_VALUE);
        end = exclusion == null ? end : Math.max(end, exclusion.endNanos());
        return apart == null ? end : Math.max(end, apart.endNanos());
    }

    private List<Executor> apply() {
        List<Executor> closed = new ArrayList<>();
        for (Executor executor : executors.all()) {
            boolean excludes = excluded.containsKey(executor.id())
                    || hosts.containsKey(executor.host())
                    || cutOff.containsKey(executor.id());
            if (excludes && !executor.isExcluded()) {
                closed.add(executor);
            }
            reopened |= !excludes && executor.isExcluded();
            executors.setExcluded(executor, excludes);
        }
        return closed;
    }

    private void arm() {
        if (due != null || failures.isEmpty() && excluded.isEmpty() && hosts.isEmpty() && cutOff.isEmpty()) {
            return;
        }
        long next = Long.MAX_VALUE;
        for (ArrayDeque<Long> times : failures.values()) {
            next = Math.min(next, times.peek());
        }
        for (Exclusion exclusion : excluded.values()) {
            next = Math.min(next, exclusion.endNanos());
        }
        for (long end : hosts.values()) {
            next = Math.min(next, end);
        }
        for (CutOff each : cutOff.values()) {
            next = Math.min(next, each.endNanos());
        }
        long delay = Math.max(1, next - clock.nanoTime());
        due = timer.postAfter(Duration.ofNanos(delay), new SchedulerEvent.ExclusionDue());
    }
}
