package dev.quiver.runtime.simulation;

import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Processes on hosts: it starts as many as it is asked for, in its own time, and watches how they end. */
final class Cluster implements ClusterBackend {
    private static final long MILLISECOND = 1_000_000;

    /** Those that live, also such as the driver has given up. */
    final Map<ExecutorId, SimulatedExecutor> processes = new LinkedHashMap<>();

    /** How the next tasks to end fail. */
    final ArrayDeque<TaskOutcome.Failure> failures = new ArrayDeque<>();

    /** Until when all tasks of an executor fail, and until when they are slow. */
    final Map<ExecutorId, Long> badUntil = new LinkedHashMap<>();

    final Map<ExecutorId, Long> slowUntil = new LinkedHashMap<>();
    private final Map<String, Long> cutUntil = new LinkedHashMap<>();
    private final Map<String, Integer> incarnations = new LinkedHashMap<>();
    private final Set<ExecutorId> leaving = new LinkedHashSet<>();
    private final World world;
    private int wanted;
    private int starting;
    private int starts;

    Cluster(World world) {
        this.world = world;
    }

    /** Starts what there is from the beginning. */
    void begin() {
        if (!world.scenario.knobs.allocation().enabled()) {
            wanted = world.scenario.executors;
            adjust();
        }
    }

    @Override
    public void requestExecutors(int executors) {
        world.note("request", executors);
        world.invariants.requested(executors);
        wanted = executors;
        world.agenda.after(0, this::adjust);
    }

    /** The driver tells a process that it may leave. */
    void leave(ExecutorId id) {
        world.note("release", id);
        world.invariants.released(id);
        leaving.add(id);
        SimulatedExecutor executor = processes.get(id);
        if (executor != null) {
            world.agenda.after(delay(2_000), () -> ended(executor, "it was released", false));
        }
    }

    /** One that was told to leave has gone, or would not go. */
    @Override
    public void release(ExecutorId id, String reason) {
        kill(id, reason);
    }

    /** The driver gives a process up; the order reaches it late. */
    @Override
    public void kill(ExecutorId id, String reason) {
        SimulatedExecutor executor = processes.get(id);
        leaving.add(id);
        if (executor != null) {
            world.agenda.after(delay(4_000), () -> ended(executor, "it was given up", false));
            world.agenda.after(0, this::adjust);
        }
    }

    @Override
    public void onReady(ExecutorId executor) {}

    @Override
    public void close() {}

    /** A process ended. Harmless when it has already. */
    void ended(SimulatedExecutor executor, String reason, boolean causedByTask) {
        if (!executor.isAlive()) {
            return;
        }
        world.note("process ends", executor.id, reason);
        executor.die();
        processes.remove(executor.id);
        leaving.remove(executor.id);
        world.agenda.after(
                delay(200), () -> world.driver.tell(new DriverEvent.ExecutorEnded(executor.id, reason, causedByTask)));
        adjust();
    }

    private void adjust() {
        int staying = 0;
        for (ExecutorId id : processes.keySet()) {
            staying += leaving.contains(id) ? 0 : 1;
        }
        for (int count = staying + starting; count < wanted; count++) {
            start();
        }
    }

    /** A process more than was asked for. */
    void start() {
        starting++;
        int number = starts++;
        world.agenda.after(delay(2_000), () -> {
            starting--;
            begin(number);
        });
    }

    /** The name may be that of a process that lives: then the newer one takes its place. */
    private void begin(int number) {
        int names = 2 * world.scenario.executors + 4;
        int choice = world.chance.below(names, 41, number);
        boolean takeOver = world.chance.oneIn(12, 42, number) && !world.healed;
        for (int tries = 0; !takeOver && isTaken("e" + choice) && tries < names; tries++) {
            choice = (choice + 1) % names;
        }
        begin(number, "e" + choice);
    }

    /** A process comes under a name, whoever carries it now. */
    void begin(int number, String name) {
        int incarnation = incarnations.merge(name, 1, Integer::sum) - 1;
        String host = "host-" + world.chance.below(world.scenario.hosts, 43, number);
        SimulatedExecutor executor = new SimulatedExecutor(
                world, new ExecutorId(name, incarnation), host, 1 + world.chance.below(4, 44, number));
        processes.put(executor.id, executor);
        world.note("process begins", executor.id, host, executor.slots);
        executor.wire.up(new DriverEvent.ExecutorRegistered(executor.id, host, executor.slots, executor.wire));
    }

    private boolean isTaken(String name) {
        return processes.keySet().stream().anyMatch(id -> id.name().equals(name));
    }

    private long delay(int mostMillis) {
        return (1 + world.chance.below(mostMillis, 45, world.trace.count())) * MILLISECOND;
    }

    // What processes see of one another.

    /** A process as another one reaches it now, or null. */
    SimulatedExecutor reach(ExecutorId holder, ExecutorId from) {
        SimulatedExecutor peer = processes.get(holder);
        if (peer == null || holder.equals(from)) {
            return peer;
        }
        long cut = Math.max(
                cutUntil.getOrDefault(holder + " " + from, 0L), cutUntil.getOrDefault(from + " " + holder, 0L));
        return peer.isFrozen() || world.agenda.nanoTime() < cut ? null : peer;
    }

    void cut(ExecutorId one, ExecutorId other, long nanos) {
        cutUntil.put(one + " " + other, world.agenda.nanoTime() + nanos);
    }

    /** A kept partition from whoever is known to have it and has it, or null. */
    Rows fetch(BlockId block, ExecutorId reader) {
        for (ExecutorId holder : world.driver.code.holders(block)) {
            SimulatedExecutor peer = reach(holder, reader);
            if (peer != null && peer.blocks.containsKey(block)) {
                return peer.blocks.get(block);
            }
        }
        return null;
    }

    int slowness(SimulatedExecutor executor) {
        return world.agenda.nanoTime() < slowUntil.getOrDefault(executor.id, 0L) ? 8 : 1;
    }

    /** How the task that ends now fails; null when it does not. */
    TaskOutcome.Failure failure(SimulatedExecutor executor) {
        TaskOutcome.Failure failure = failures.poll();
        if (failure == null && world.agenda.nanoTime() < badUntil.getOrDefault(executor.id, 0L)) {
            failure = FaultKind.threw(true);
        }
        if (failure instanceof TaskOutcome.ExecutorGone) {
            ended(executor, "its process ended with exit code 1", true);
        }
        return failure;
    }

    /** All is well from now on: what the driver has given up is gone, and one more process comes. */
    void heal() {
        failures.clear();
        badUntil.clear();
        slowUntil.clear();
        cutUntil.clear();
        for (SimulatedExecutor executor : new ArrayList<>(processes.values())) {
            executor.wire.heal();
            executor.thaw();
            if (leaving.contains(executor.id)) {
                ended(executor, "it was given up", false);
            }
        }
        if (!world.scenario.knobs.allocation().enabled()) {
            start();
        }
    }

    /** One of the living processes, or null. */
    SimulatedExecutor any(int pick) {
        List<SimulatedExecutor> all = new ArrayList<>(processes.values());
        return all.isEmpty() ? null : all.get(Math.floorMod(pick, all.size()));
    }
}
