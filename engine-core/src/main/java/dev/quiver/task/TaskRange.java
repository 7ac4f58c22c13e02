package dev.quiver.task;

import java.io.Serializable;

/**
 * Consecutive partitions to run as the same attempt number.
 *
 * @param first   first partition
 * @param end     one after the last partition
 * @param attempt the attempt number of each
 */
public record TaskRange(int first, int end, int attempt) implements Serializable {
    public TaskRange {
        if (first < 0 || end <= first || attempt < 0) {
            throw new IllegalArgumentException("no such range: [" + first + ", " + end + ") attempt " + attempt);
        }
    }

    /** How many partitions it holds. */
    public int size() {
        return end - first;
    }
}
