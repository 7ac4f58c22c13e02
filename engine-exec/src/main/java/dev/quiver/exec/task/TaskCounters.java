package dev.quiver.exec.task;

import dev.quiver.task.TaskMetrics;
import java.util.Map;

/** Counts what one task reads and writes. Belongs to the task's thread. */
public final class TaskCounters {
    private long inputRows;
    private long inputBytes;
    private long shuffleReadBytes;
    private long shuffleReadRows;
    private long shuffleWriteBytes;
    private long shuffleWriteRows;
    private long spilledBytes;
    private long fetchRequests;
    private long fetchedAhead;
    private long peakMemoryBytes;
    private long peakOffHeapBytes;
    private Map<String, Long> peaksByOperator = Map.of();

    public void input(long rows, long bytes) {
        inputRows += rows;
        inputBytes += bytes;
    }

    public void shuffleRead(long rows, long bytes) {
        shuffleReadRows += rows;
        shuffleReadBytes += bytes;
    }

    public void shuffleWrite(long rows, long bytes) {
        shuffleWriteRows += rows;
        shuffleWriteBytes += bytes;
    }

    public void spilled(long bytes) {
        spilledBytes += bytes;
    }

    /** Another executor was asked for map outputs. */
    public void fetchRequest() {
        fetchRequests++;
    }

    /** What another executor has of a reduce partition was there, by a request for several. */
    public void fetchedAhead() {
        fetchedAhead++;
    }

    /**
     * The task has ended, and held so many bytes at most.
     *
     * @param heapBytes    at once
     * @param offHeapBytes at once outside the heap
     * @param byOperator   of each operator
     */
    public void memory(long heapBytes, long offHeapBytes, Map<String, Long> byOperator) {
        peakMemoryBytes = heapBytes;
        peakOffHeapBytes = offHeapBytes;
        peaksByOperator = byOperator;
    }

    /** What was counted, with the time the task took. */
    public TaskMetrics snapshot(long runNanos) {
        return new TaskMetrics(
                runNanos,
                inputRows,
                inputBytes,
                shuffleReadBytes,
                shuffleReadRows,
                shuffleWriteBytes,
                shuffleWriteRows,
                spilledBytes,
                fetchRequests,
                fetchedAhead,
                peakMemoryBytes,
                peakOffHeapBytes,
                peaksByOperator);
    }
}
