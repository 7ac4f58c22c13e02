package dev.quiver.task;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task cost. Sums of these describe stages and executors; of the peaks the largest does.
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
 * @param peakMemoryBytes  most bytes of the memory budget that its operators held at once, with rows that it was about to
 *                         cache
 * @param peakOffHeapBytes most bytes of the pool outside the heap that it held at once
 * @param peaksByOperator  most bytes that each of its operators held, by its name; sorted by name
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
        long fetchedAhead,
        long peakMemoryBytes,
        long peakOffHeapBytes,
        Map<String, Long> peaksByOperator)
        implements Serializable {
    public static final TaskMetrics ZERO = new TaskMetrics(0, 0, 0, 0, 0, 0, 0, 0);

    public TaskMetrics {
        peaksByOperator =
                peaksByOperator.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(peaksByOperator));
    }

    /** Of a task that fetched nothing and held no memory. */
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
                0,
                0,
                0,
                Map.of());
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
                fetchedAhead + other.fetchedAhead,
                Math.max(peakMemoryBytes, other.peakMemoryBytes),
                Math.max(peakOffHeapBytes, other.peakOffHeapBytes),
                largest(peaksByOperator, other.peaksByOperator));
    }

    private static Map<String, Long> largest(Map<String, Long> these, Map<String, Long> those) {
        if (these.isEmpty() || those.isEmpty()) {
            return these.isEmpty() ? those : these;
        }
        Map<String, Long> largest = new TreeMap<>(these);
        those.forEach((operator, bytes) -> largest.merge(operator, bytes, Math::max));
        return largest;
    }
}
