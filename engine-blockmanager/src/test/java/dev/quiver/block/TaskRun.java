package dev.quiver.block;

import dev.quiver.block.memory.TaskBudget;
import java.util.concurrent.atomic.AtomicLong;

/** A running task as {@link MemoryOracle} sees it. */
final class TaskRun {
    final String name;
    final AtomicLong held = new AtomicLong();
    TaskBudget memory;
    volatile boolean active;
    volatile boolean cancelled;
    volatile boolean succeeded;

    /** What it asks for while it asks; else 0. */
    volatile long asked;

    /** Blocks are evicted for what it asks. */
    volatile boolean evicting;

    TaskRun(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
