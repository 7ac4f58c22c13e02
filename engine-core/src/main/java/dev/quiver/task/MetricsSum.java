package dev.quiver.task;

import java.util.Map;
import java.util.TreeMap;

/** Adds up what tasks cost, with no object a task: a report may name thousands. Not safe for use by many threads. */
public final class MetricsSum {
    private long runNanos;
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
    private final Map<String, Long> peaksByOperator = new TreeMap<>();

    public void add(TaskMetrics metrics) {
        runNanos += metrics.runNanos();
        inputRows += metrics.inputRows();
        inputBytes += metrics.inputBytes();
        shuffleReadBytes += metrics.shuffleReadBytes();
        shuffleReadRows += metrics.shuffleReadRows();
        shuffleWriteBytes += metrics.shuffleWriteBytes();
        shuffleWriteRows += metrics.shuffleWriteRows();
        spilledBytes += metrics.spilledBytes();
        fetchRequests += metrics.fetchRequests();
        fetchedAhead += metrics.fetchedAhead();
        peakMemoryBytes = Math.max(peakMemoryBytes, metrics.peakMemoryBytes());
        peakOffHeapBytes = Math.max(peakOffHeapBytes, metrics.peakOffHeapBytes());
        // Most tasks hold nothing for long, and a walk of nothing makes an object all the same.
        if (!metrics.peaksByOperator().isEmpty()) {
            metrics.peaksByOperator().forEach((operator, bytes) -> peaksByOperator.merge(operator, bytes, Math::max));
        }
    }

    /** The sum so far, as {@link TaskMetrics#plus} makes it. */
    public TaskMetrics total() {
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
