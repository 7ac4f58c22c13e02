package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;
import java.util.function.Consumer;

/**
 * One living executor: its slots, and how many tasks it holds, running and queued together. A task that runs alone takes
 * all of it.
 */
public final class Executor {
    private final ExecutorId id;
    private final String host;
    private final int slots;
    private final Consumer<Executor> onLoad;
    private int held;
    private boolean alone;
    private boolean reserved;
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
        return alone || reserved ? 0 : Math.max(0, slots - held);
    }

    /** How many more tasks it may queue behind its busy slots, when {@code depth} is the most that may wait. */
    public int queueRoom(int depth) {
        return alone || reserved ? 0 : Math.max(0, slots + depth - Math.max(held, slots));
    }

    public void hold(int tasks) {
        boolean idle = held == 0;
        held += tasks;
        if (idle && tasks > 0) {
            onLoad.accept(this);
        }
    }

    /** Holds one task beside which nothing runs until it ended. Nothing else may be held. */
    public void holdAlone() {
        if (held > 0) {
            throw new IllegalStateException(this + " cannot run a task alone");
        }
        hold(1);
        alone = true;
    }

    /** Whether it runs a task alone. */
    public boolean isAlone() {
        return alone;
    }

    /** Takes no more tasks, until it holds none and a task runs alone on it; or takes them again. */
    public void reserve(boolean reserve) {
        reserved = reserve;
    }

    public void release(int tasks) {
        if (tasks > held) {
            throw new IllegalStateException("executor " + id + " holds " + held + " tasks, cannot release " + tasks);
        }
        held -= tasks;
        alone &= held > 0;
        if (held == 0 && tasks > 0) {
            onLoad.accept(this);
        }
    }

    @Override
    public String toString() {
        return "executor " + id + " (" + held + " tasks, " + slots + " slots)";
    }
}
