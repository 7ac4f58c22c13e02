package dev.quiver.task;

import java.io.Serializable;

/**
 * Consecutive tasks of a stage, by their numbers in its {@link dev.quiver.stage.TaskLayout}, to run as the same attempt
 * number.
 *
 * @param first   first task
 * @param end     one after the last task
 * @param attempt the attempt number of each
 */
public record TaskRange(int first, int end, int attempt) implements Serializable {
    public TaskRange {
        if (first < 0 || end <= first || attempt < 0) {
            throw new IllegalArgumentException("no such range: [" + first + ", " + end + ") attempt " + attempt);
        }
    }

    /** How many tasks it holds. */
    public int size() {
        return end - first;
    }
}
