package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * Which executors hold which tasks of a set. A task is held once, or twice on different executors when it runs slowly and
 * was copied. The newest try of a task has the number that {@link Attempts} knows; an older one beside it, and only such
 * a one, is remembered here.
 */
final class Holdings {
    private final Attempts attempts;
    private final Map<ExecutorId, HeldTasks> held = new LinkedHashMap<>();

    /** Tasks of which a copy was launched, as long as one of the two runs. */
    private final Map<Integer, Twins> twins = new TreeMap<>();

    /** Told by how much the count changes; null when nobody asks. */
    private IntConsumer onChange;

    /** Tells when tasks are launched; null when nobody asks. */
    private Clock clock;

    private int count;

    /**
     * The two tries of a copied task.
     *
     * @param older       who holds the older try, or null when it has ended
     * @param olderNumber the number of that try
     * @param newer       who holds the newer one, or null when it has ended
     */
    private record Twins(ExecutorId older, int olderNumber, ExecutorId newer) {}

    Holdings(Attempts attempts) {
        this.attempts = attempts;
    }

    void onChange(IntConsumer listener) {
        onChange = listener;
    }

    /** Takes note from now on when tasks are launched; before the first is. */
    void time(Clock timing) {
        clock = timing;
    }

    int count() {
        return count;
    }

    List<ExecutorId> holders() {
        return new ArrayList<>(held.keySet());
    }

    /** Tasks were launched. */
    void hold(ExecutorId executor, int[] partitions) {
        HeldTasks tasks = held.computeIfAbsent(executor, key -> new HeldTasks(clock != null));
        long nowNanos = clock == null ? 0 : clock.nanoTime();
        for (int partition : partitions) {
            tasks.add(partition, nowNanos);
        }
        changed(partitions.length);
    }

    /** A second try of a task that runs is launched; it is the newest one from here on. */
    void holdCopy(ExecutorId executor, int partition, ExecutorId original) {
        twins.put(partition, new Twins(original, attemptOn(original, partition), executor));
        attempts.advance(partition);
        hold(executor, new int[] {partition});
    }

    private void changed(int change) {
        count += change;
        if (onChange != null) {
            onChange.accept(change);
        }
    }

    boolean holds(ExecutorId executor, int partition, int attempt) {
        HeldTasks tasks = held.get(executor);
        return tasks != null && tasks.contains(partition) && attemptOn(executor, partition) == attempt;
    }

    /** The number of the try that an executor holds. */
    private int attemptOn(ExecutorId executor, int partition) {
        Twins both = twins.isEmpty() ? null : twins.get(partition);
        return both != null && executor.equals(both.older()) ? both.olderNumber() : attempts.current(partition);
    }

    /** A try ended; false, and nothing changes, unless the executor holds that very one. */
    boolean end(ExecutorId executor, int partition, int attempt) {
        HeldTasks tasks = held.get(executor);
        int position = tasks == null ? -1 : tasks.indexOf(partition);
        if (position < 0 || attemptOn(executor, partition) != attempt) {
            return false;
        }
        tasks.removeAt(position);
        if (tasks.isEmpty()) {
            held.remove(executor);
        }
        part(executor, partition);
        changed(-1);
        return true;
    }

    /** An executor is gone. Returns the tries it held, in launch order. */
    List<TaskTry> lose(ExecutorId executor) {
        HeldTasks tasks = held.remove(executor);
        if (tasks == null) {
            return List.of();
        }
        List<TaskTry> tries = new ArrayList<>();
        for (int partition : tasks.inLaunchOrder()) {
            tries.add(new TaskTry(executor, partition, attemptOn(executor, partition)));
            part(executor, partition);
        }
        changed(-tries.size());
        return tries;
    }

    private void part(ExecutorId executor, int partition) {
        Twins both = twins.isEmpty() ? null : twins.get(partition);
        if (both == null) {
            return;
        }
        ExecutorId older = executor.equals(both.older()) ? null : both.older();
        ExecutorId newer = executor.equals(both.newer()) ? null : both.newer();
        if (older == null && newer == null) {
            twins.remove(partition);
        } else {
            twins.put(partition, new Twins(older, both.olderNumber(), newer));
        }
    }

    boolean hasCopies() {
        return !twins.isEmpty();
    }

    /** The tries that are held of a task that was copied, the older one first; empty for all other tasks. */
    List<TaskTry> copies(int partition) {
        Twins both = twins.isEmpty() ? null : twins.get(partition);
        if (both == null) {
            return List.of();
        }
        List<TaskTry> tries = new ArrayList<>(2);
        for (ExecutorId holder : new ExecutorId[] {both.older(), both.newer()}) {
            if (holder != null) {
                tries.add(new TaskTry(holder, partition, attemptOn(holder, partition)));
            }
        }
        return tries;
    }

    boolean isHeld(int partition) {
        for (HeldTasks tasks : held.values()) {
            if (tasks.contains(partition)) {
                return true;
            }
        }
        return false;
    }

    /** Tries that were launched by then, in the order of their executors. */
    List<TaskTry> launchedBy(long nanos) {
        List<TaskTry> old = new ArrayList<>();
        held.forEach((executor, tasks) -> {
            for (int partition : tasks.launchedBy(nanos)) {
                old.add(new TaskTry(executor, partition, attemptOn(executor, partition)));
            }
        });
        return old;
    }
}
