package dev.quiver.scheduler.exclude;

import dev.quiver.id.ExecutorId;
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
    private Timer.Scheduled due;

    private record Exclusion(String host, long endNanos) {}

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
        arm();
        apply();
    }

    /** When an executor takes tasks again, in nanoseconds of the clock; only for such as are excluded. */
    public long endNanos(Executor executor) {
        Exclusion exclusion = excluded.get(executor.id());
        Long host = hosts.get(executor.host());
        long own = exclusion == null ? Long.MIN_VALUE : exclusion.endNanos();
        return host == null ? own : Math.max(own, host);
    }

    private List<Executor> apply() {
        List<Executor> closed = new ArrayList<>();
        for (Executor executor : executors.all()) {
            boolean excludes = excluded.containsKey(executor.id()) || hosts.containsKey(executor.host());
            if (excludes && !executor.isExcluded()) {
                closed.add(executor);
            }
            executors.setExcluded(executor, excludes);
        }
        return closed;
    }

    private void arm() {
        if (due != null || failures.isEmpty() && excluded.isEmpty() && hosts.isEmpty()) {
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
        long delay = Math.max(1, next - clock.nanoTime());
        due = timer.postAfter(Duration.ofNanos(delay), new SchedulerEvent.ExclusionDue());
    }
}
