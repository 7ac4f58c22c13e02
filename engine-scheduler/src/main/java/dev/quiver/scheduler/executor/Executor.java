package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;
import java.util.function.Consumer;

/** One living executor: its slots, and how many tasks it holds, running and queued together. */
public final class Executor {
    private final ExecutorId id;
    private final String host;
    private final int slots;
    private final Consumer<Executor> onLoad;
    private int held;
    private boolean draining;
    private boolean excluded;

    /** @param onLoad told when it has become idle or busy */
    Executor(ExecutorId id, String host, int slots, Consumer<Executor> onLoad) {
        this.id = id;
        this.host = host;
        this.slots = slots;
        this.onLoad = onLoad;
    }

    public ExecutorId id() {
        return id;
    }

    public String host() {
        return host;
    }

    public int slots() {
        return slots;
    }

    /** Whether it takes new tasks. */
    public boolean isOpen() {
        return !draining && !excluded;
    }

    /** Whether it is about to leave: what it runs may end, nothing new begins. */
    public boolean isDraining() {
        return draining;
    }

    /** Whether it gets no tasks for a while, because too many failed there. */
    public boolean isExcluded() {
        return excluded;
    }

    void setDraining() {
        draining = true;
    }

    void setExcluded(boolean now) {
        excluded = now;
    }

    /** Tasks launched on it and not ended. */
    public int held() {
        return held;
    }

    /** Slots with nothing to do. */
    public int freeSlots() {
        return Math.max(0, slots - held);
    }

    /** How many more tasks it may queue behind its busy slots, when {@code depth} is the most that may wait. */
    public int queueRoom(int depth) {
        return Math.max(0, slots + depth - Math.max(held, slots));
    }

    public void hold(int tasks) {
        boolean idle = held == 0;
        held += tasks;
        if (idle && tasks > 0) {
            onLoad.accept(this);
        }
    }

    public void release(int tasks) {
        if (tasks > held) {
            throw new IllegalStateException("executor " + id + " holds " + held + " tasks, cannot release " + tasks);
        }
        held -= tasks;
        if (held == 0 && tasks > 0) {
            onLoad.accept(this);
        }
    }

    @Override
    public String toString() {
        return "executor " + id + " (" + held + " tasks, " + slots + " slots)";
    }
}
