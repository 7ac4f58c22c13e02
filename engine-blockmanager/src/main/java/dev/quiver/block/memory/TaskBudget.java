package dev.quiver.block.memory;

import java.util.List;
import java.util.Map;

/**
 * What one running task holds of a budget, by operator. Its reservations may wait for other tasks in {@code tryGrow}, up
 * to what a task is guaranteed. Belongs to the task's thread, but for what it says of itself.
 */
public interface TaskBudget extends AutoCloseable {
    /** An empty reservation of one of its operators. @param operator as users know it */
    Reservation open(String operator);

    /**
     * An empty reservation for rows that the task is about to cache: its own until they are handed over to the cache. It
     * takes the place of other cached blocks, never that of tasks, and never waits.
     *
     * @param holder  what will be cached
     * @param evictor frees storage for it
     */
    Reservation unroll(MemoryMode mode, String holder, MemoryBudget.Evictor evictor);

    /** Such as {@code stage 3, partition 5}. */
    String task();

    /** Bytes that all of its operators hold, rows that it caches included. */
    long heldBytes();

    /** Most bytes that they held at once. */
    long peakBytes();

    /** Most bytes that the task held at once outside the heap. */
    long peakOffHeapBytes();

    /** Most bytes that the task may hold, at this moment. */
    long mostBytes();

    /**
     * Most bytes that each of its operators held, by its name; those that are closed included. Rows that were about to be
     * cached stand under {@code unroll}, what was held outside the heap under its name and {@code (off-heap)}.
     */
    Map<String, Long> peaksByOperator();

    /** What its operators hold that were not closed. */
    List<MemoryReport.Holding> unclosed();

    /** Gives everything back. Closing twice is harmless. */
    @Override
    void close();
}
