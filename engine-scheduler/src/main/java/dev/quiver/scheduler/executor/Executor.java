package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;

/** One living executor: its slots, and how many tasks it holds, running and queued together. */
public final class Executor {
    private final ExecutorId id;
    private final String host;
    private final int slots;
    private int held;
    private boolean draining;
    private boolean excluded;

    Executor(ExecutorId id, String host, int slots) {
        this.id = id;
        this.host = host;
        this.slots = slots;
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
        held += tasks;
    }

    public void release(int tasks) {
        if (tasks > held) {
            throw new IllegalStateException("executor " + id + " holds " + held + " tasks, cannot release " + tasks);
        }
        held -= tasks;
    }

    @Override
    public String toString() {
        return "executor " + id + " (" + held + " tasks, " + slots + " slots)";
    }
}
