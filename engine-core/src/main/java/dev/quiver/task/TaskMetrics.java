package dev.quiver.task;

import java.io.Serializable;

/**
 * What a task cost. Sums of these describe stages and executors.
 *
 * @param runNanos         wall time in the task thread
 * @param inputRows        rows read from sources
 * @param inputBytes       bytes read from sources
 * @param shuffleReadBytes bytes fetched from map outputs
 * @param shuffleReadRows  rows fetched from map outputs
 * @param shuffleWriteBytes bytes written to map outputs
 * @param shuffleWriteRows rows written to map outputs
 * @param spilledBytes     bytes that went to disk because memory was short
 * @param fetchRequests    requests for map outputs sent to other executors
 * @param fetchedAhead     holders of a reduce partition that need not be asked, because a request for several had brought it
 */
public record TaskMetrics(
        long runNanos,
        long inputRows,
        long inputBytes,
        long shuffleReadBytes,
        long shuffleReadRows,
        long shuffleWriteBytes,
        long shuffleWriteRows,
        long spilledBytes,
        long fetchRequests,
        long fetchedAhead)
        implements Serializable {
    public static final TaskMetrics ZERO = new TaskMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Of a task that fetched nothing. */
    public TaskMetrics(
            long runNanos,
            long inputRows,
            long inputBytes,
            long shuffleReadBytes,
            long shuffleReadRows,
            long shuffleWriteBytes,
            long shuffleWriteRows,
            long spilledBytes) {
        this(
                runNanos,
                inputRows,
                inputBytes,
                shuffleReadBytes,
                shuffleReadRows,
                shuffleWriteBytes,
                shuffleWriteRows,
                spilledBytes,
                0,
                0);
    }

    /** The sum of both. */
    public TaskMetrics plus(TaskMetrics other) {
        return new TaskMetrics(
                runNanos + other.runNanos,
                inputRows + other.inputRows,
                inputBytes + other.inputBytes,
                shuffleReadBytes + other.shuffleReadBytes,
                shuffleReadRows + other.shuffleReadRows,
                shuffleWriteBytes + other.shuffleWriteBytes,
                shuffleWriteRows + other.shuffleWriteRows,
                spilledBytes + other.spilledBytes,
                fetchRequests + other.fetchRequests,
                fetchedAhead + other.fetchedAhead);
    }
}
