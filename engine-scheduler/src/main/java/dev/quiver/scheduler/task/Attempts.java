package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each task was tried, and where not to try again. Most tasks succeed at once and cost nothing here: the numbers
 * are allocated at the first retry.
 */
final class Attempts {
    private final int partitionCount;
    private final Map<Integer, ExecutorId> avoided = new TreeMap<>();
    private int[] numbers;

    Attempts(int partitionCount) {
        this.partitionCount = partitionCount;
    }

    /** The attempt number of the running try, or of the next one when none runs. */
    int current(int partition) {
        return numbers == null ? 0 : numbers[partition];
    }

    /** The next try gets a number of its own. */
    void advance(int partition) {
        if (numbers == null) {
            numbers = new int[partitionCount];
        }
        numbers[partition]++;
    }

    /** The next try should rather run elsewhere. */
    void avoid(int partition, ExecutorId executor) {
        avoided.put(partition, executor);
    }

    boolean anyAvoids() {
        return !avoided.isEmpty();
    }

    boolean avoids(int partition, ExecutorId executor) {
        return !avoided.isEmpty() && executor.equals(avoided.get(partition));
    }

    /** A finished task needs no memory of where it failed. */
    void forget(int partition) {
        if (!avoided.isEmpty()) {
            avoided.remove(partition);
        }
    }
}
