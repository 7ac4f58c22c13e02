package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The executors that are alive, at most one incarnation of each name. A lost incarnation is fenced: it never comes
 * back, whatever arrives late.
 */
public final class Executors {
    private final Map<String, Executor> alive = new LinkedHashMap<>();
    private final Map<String, Integer> lastLost = new TreeMap<>();
    private int totalSlots;

    /** Takes note of an executor. Returns false when this incarnation is known already, lost, or an outdated one. */
    public boolean add(ExecutorId id, String host, int slots) {
        if (alive.containsKey(id.name()) || id.incarnation() <= lastLost.getOrDefault(id.name(), -1)) {
            return false;
        }
        alive.put(id.name(), new Executor(id, host, slots));
        totalSlots += slots;
        return true;
    }

    /** Fences an executor and returns it, or null when it is not alive. */
    public Executor remove(ExecutorId id) {
        Executor executor = find(id);
        if (executor != null) {
            alive.remove(id.name());
            lastLost.put(id.name(), id.incarnation());
            totalSlots -= executor.slots();
        }
        return executor;
    }

    /** The executor, or null unless exactly this incarnation is alive. */
    public Executor find(ExecutorId id) {
        Executor executor = alive.get(id.name());
        return executor != null && executor.id().equals(id) ? executor : null;
    }

    /** The living incarnation that {@code id} replaces, or null. */
    public ExecutorId olderThan(ExecutorId id) {
        Executor executor = alive.get(id.name());
        return executor != null && executor.id().incarnation() < id.incarnation() ? executor.id() : null;
    }

    public boolean isAlive(ExecutorId id) {
        return find(id) != null;
    }

    /** In the order in which they came; a view. */
    public Collection<Executor> all() {
        return Collections.unmodifiableCollection(alive.values());
    }

    public int count() {
        return alive.size();
    }

    public int totalSlots() {
        return totalSlots;
    }
}
