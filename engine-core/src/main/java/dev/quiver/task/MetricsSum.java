package dev.quiver.task;

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
                peakMemoryBytes);
    }
}
