package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The executors that are alive, at most one incarnation of each name. A lost incarnation is fenced: it never comes
 * back, whatever arrives late.
 */
public final class Executors {
    private final Map<String, Executor> alive = new LinkedHashMap<>();
    private final Map<String, Integer> lastLost = new TreeMap<>();
    private final Map<String, Integer> lastDrained = new TreeMap<>();
    private final Map<String, Integer> hosts = new TreeMap<>();
    private Consumer<Executor> onLoad = executor -> {};
    private int totalSlots;
    private int openSlots;
    private int openCount;
    private int drainingCount;

    /** Told of executors that came, went, became idle or busy. */
    public void onLoad(Consumer<Executor> listener) {
        onLoad = listener;
    }

    /** Takes note of an executor. Returns false when this incarnation is known already, lost, or an outdated one. */
    public boolean add(ExecutorId id, String host, int slots) {
        if (alive.containsKey(id.name()) || id.incarnation() <= lastLost.getOrDefault(id.name(), -1)) {
            return false;
        }
        Executor executor = new Executor(id, host, slots, loaded -> onLoad.accept(loaded));
        alive.put(id.name(), executor);
        totalSlots += slots;
        openSlots += slots;
        openCount++;
        hosts.merge(host, 1, Integer::sum);
        onLoad.accept(executor);
        return true;
    }

    /** Fences an executor and returns it, or null when it is not alive. */
    public Executor remove(ExecutorId id) {
        Executor executor = find(id);
        if (executor != null) {
            alive.remove(id.name());
            lastLost.put(id.name(), id.incarnation());
            totalSlots -= executor.slots();
            hosts.computeIfPresent(executor.host(), (host, count) -> count == 1 ? null : count - 1);
            drainingCount -= executor.isDraining() ? 1 : 0;
            count(executor, executor.isOpen(), false);
            onLoad.accept(executor);
        }
        return executor;
    }

    /** The executor is about to leave: it takes no more tasks. False when that is known. */
    public boolean drain(Executor executor) {
        if (executor.isDraining()) {
            return false;
        }
        boolean open = executor.isOpen();
        executor.setDraining();
        drainingCount++;
        count(executor, open, false);
        lastDrained.put(executor.id().name(), executor.id().incarnation());
        return true;
    }

    /** The executor takes no tasks for a while, or does again. */
    public void setExcluded(Executor executor, boolean excluded) {
        boolean open = executor.isOpen();
        executor.setExcluded(excluded);
        count(executor, open, executor.isOpen());
    }

    private void count(Executor executor, boolean wasOpen, boolean isOpen) {
        int change = (isOpen ? 1 : 0) - (wasOpen ? 1 : 0);
        openCount += change;
        openSlots += change * executor.slots();
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

    /** Whether it is alive and takes new tasks. */
    public boolean takesTasks(ExecutorId id) {
        Executor executor = find(id);
        return executor != null && executor.isOpen();
    }

    /** Whether it was about to leave when it was last heard of: that its data is gone is nobody's fault. */
    public boolean wasDrained(ExecutorId id) {
        return !lastDrained.isEmpty() && lastDrained.getOrDefault(id.name(), -1) == id.incarnation();
    }

    /** In the order in which they came; a view. */
    public Collection<Executor> all() {
        return Collections.unmodifiableCollection(alive.values());
    }

    /** Executors that are not about to leave. */
    public int stayingCount() {
        return alive.size() - drainingCount;
    }

    public int count() {
        return alive.size();
    }

    /** Hosts with living executors. */
    public int hostCount() {
        return hosts.size();
    }

    public int totalSlots() {
        return totalSlots;
    }

    /** Slots of executors that take new tasks. */
    public int openSlots() {
        return openSlots;
    }

    /** Executors that take new tasks. */
    public int openCount() {
        return openCount;
    }
}
