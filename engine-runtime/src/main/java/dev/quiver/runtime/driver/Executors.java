package dev.quiver.runtime.driver;

import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.task.MemoryLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The executors that are registered now: how they are reached and when they were last heard of. Belongs to the driver's
 * loop.
 */
final class Executors {
    /** One registered executor. */
    static final class Registered {
        final ExecutorId id;
        final ExecutorLink link;
        final int slots;
        long heardNanos;
        boolean disconnected;
        boolean namedCulprit;

        /** It may end now, and will. */
        boolean released;

        ToDriver.Heartbeat heartbeat;

        Registered(ExecutorId id, ExecutorLink link, int slots, long nowNanos) {
            this.id = id;
            this.link = link;
            this.slots = slots;
            this.heardNanos = nowNanos;
        }
    }

    private final Map<ExecutorId, Registered> registered = new LinkedHashMap<>();

    /** The newest incarnation of each name that ever registered. */
    private final Map<String, Integer> newest = new LinkedHashMap<>();

    /** Whether a newer process carries this name, or this one was given up: it is not to be let in. */
    boolean isOutdated(ExecutorId id) {
        int known = newest.getOrDefault(id.name(), -1);
        return id.incarnation() < known || id.incarnation() == known && !registered.containsKey(id);
    }

    void add(ExecutorId id, ExecutorLink link, int slots, long nowNanos) {
        newest.put(id.name(), id.incarnation());
        registered.put(id, new Registered(id, link, slots, nowNanos));
    }

    /** The executor, or null when it is not registered any more. */
    Registered find(ExecutorId id) {
        return registered.get(id);
    }

    /** Takes an executor out; null when it was not registered. */
    Registered remove(ExecutorId id) {
        return registered.remove(id);
    }

    /** Another process that carries this name, of an older incarnation; null when there is none. */
    Registered olderIncarnation(ExecutorId id) {
        for (Registered candidate : registered.values()) {
            if (candidate.id.name().equals(id.name()) && candidate.id.incarnation() < id.incarnation()) {
                return candidate;
            }
        }
        return null;
    }

    /** Sends to an executor; nothing happens when it is gone. */
    void send(ExecutorId id, ToExecutor message) {
        Registered executor = registered.get(id);
        if (executor != null) {
            executor.link.send(message);
        }
    }

    /** Sends to an executor ahead of another message. */
    void sendAhead(ExecutorId id, ToExecutor message) {
        Registered executor = registered.get(id);
        if (executor != null) {
            executor.link.sendAhead(message);
        }
    }

    /** Whether an executor is in this process. */
    boolean isLocal(ExecutorId id) {
        Registered executor = registered.get(id);
        return executor != null && executor.link.isLocal();
    }

    /** Sends to all. */
    void broadcast(ToExecutor message) {
        registered.values().forEach(executor -> executor.link.send(message));
    }

    /** Executors that were silent for longer than {@code timeout}. */
    List<Registered> silent(long nowNanos, Duration timeout) {
        List<Registered> silent = new ArrayList<>();
        for (Registered executor : registered.values()) {
            if (nowNanos - executor.heardNanos > timeout.toNanos()) {
                silent.add(executor);
            }
        }
        return silent;
    }

    /** Their names, in the order in which they came. */
    List<String> names() {
        return registered.keySet().stream().map(ExecutorId::name).toList();
    }

    /** The executor of a name, or null. */
    Registered named(String name) {
        for (Registered candidate : registered.values()) {
            if (candidate.id.name().equals(name)) {
                return candidate;
            }
        }
        return null;
    }

    /** Who holds the memory of each that has told, by name. */
    Map<String, MemoryLedger> memory() {
        Map<String, MemoryLedger> memory = new LinkedHashMap<>();
        registered.forEach((id, executor) -> {
            if (executor.heartbeat != null) {
                memory.put(id.name(), executor.heartbeat.memory());
            }
        });
        return memory;
    }

    /** Counts all as heard of now: what they said may wait somewhere for this process, which stood still. */
    void heardOfAll(long nowNanos) {
        registered.values().forEach(executor -> executor.heardNanos = nowNanos);
    }

    /** How many there are. */
    int count() {
        return registered.size();
    }
}
