package dev.quiver.block.memory;

import java.util.List;

/**
 * What one running task holds of a budget, by operator. Its reservations may wait for other tasks in {@code tryGrow}, up
 * to what a task is guaranteed. Belongs to the task's thread, but for what it says of itself.
 */
public interface TaskBudget extends AutoCloseable {
    /** An empty reservation of one of its operators. @param operator as users know it */
    Reservation open(String operator);

    /** Such as {@code stage 3, partition 5}. */
    String task();

    /** Bytes that all of its operators hold. */
    long heldBytes();

    /** Most bytes that they held at once. */
    long peakBytes();

    /** Most bytes that the task may hold, at this moment. */
    long mostBytes();

    /** What its operators hold that were not closed. */
    List<MemoryReport.Holding> unclosed();

    /** Gives everything back. Closing twice is harmless. */
    @Override
    void close();
}
