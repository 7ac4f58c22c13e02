package dev.quiver.scheduler.exclude;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.executor.Executor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where tasks of one stage attempt failed, and so must not run: a task stays away from executors and hosts on which it
 * failed, and the whole set from those on which several tasks did. Costs nothing for tasks that never failed.
 */
public final class SetExclusions {
    private final ExclusionSettings settings;
    private final Map<Integer, Places> byTask = new TreeMap<>();
    private final Map<ExecutorId, Set<Integer>> failedTasks = new TreeMap<>();
    private final Map<ExecutorId, String> executors = new LinkedHashMap<>();
    private final Set<String> hosts = new TreeSet<>();

    public SetExclusions(ExclusionSettings settings) {
        this.settings = settings;
    }

    /** A task failed by its own or its executor's fault. Returns whether the executor gets no more tasks of this set. */
    public boolean failed(int task, ExecutorId executor, String host) {
        if (!settings.enabled()) {
            return false;
        }
        byTask.computeIfAbsent(task, key -> new Places()).count(executor, host);
        Set<Integer> tasks = failedTasks.computeIfAbsent(executor, key -> new TreeSet<>());
        tasks.add(task);
        if (tasks.size() < settings.stageTasksPerExecutor()) {
            return false;
        }
        executors.put(executor, host);
        if (count(host) >= settings.stageExecutorsPerHost()) {
            hosts.add(host);
        }
        return true;
    }

    private long count(String host) {
        return executors.values().stream().filter(host::equals).count();
    }

    /** The task is done: where it may run does not matter any more. */
    public void forget(int task) {
        if (!byTask.isEmpty()) {
            byTask.remove(task);
        }
    }

    /** Whether some executor gets no tasks of this set at all. */
    public boolean hasExecutors() {
        return !executors.isEmpty();
    }

    /** Whether some unfinished task must stay away from somewhere. */
    public boolean hasTasks() {
        return !byTask.isEmpty();
    }

    /** Unfinished tasks that must stay away from somewhere, ascending. */
    public Set<Integer> tasks() {
        return byTask.keySet();
    }

    /** Whether no task of the set may run there. */
    public boolean forbids(Executor executor) {
        return hasExecutors() && (executors.containsKey(executor.id()) || hosts.contains(executor.host()));
    }

    /** Whether this very task may not run there, whatever holds for the others. */
    public boolean forbids(int task, Executor executor) {
        Places places = byTask.isEmpty() ? null : byTask.get(task);
        return places != null && places.forbids(executor, settings);
    }

    /** How many different tasks failed, by executor. */
    Map<ExecutorId, Set<Integer>> failedTasks() {
        return failedTasks;
    }

    /** Where one task failed, and how often. */
    private static final class Places {
        private final Map<ExecutorId, Integer> executors = new TreeMap<>();
        private final Map<String, Integer> hosts = new TreeMap<>();

        void count(ExecutorId executor, String host) {
            executors.merge(executor, 1, Integer::sum);
            hosts.merge(host, 1, Integer::sum);
        }

        boolean forbids(Executor executor, ExclusionSettings settings) {
            return executors.getOrDefault(executor.id(), 0) >= settings.taskTriesPerExecutor()
                    || hosts.getOrDefault(executor.host(), 0) >= settings.taskTriesPerHost();
        }
    }
}
