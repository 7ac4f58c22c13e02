package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import dev.quiver.task.TaskRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** The running tries of tasks, as ranges of one number each. @param tasks in any order; sorted by this */
    List<TaskRange> ranges(int[] tasks) {
        Arrays.sort(tasks);
        List<TaskRange> ranges = new ArrayList<>();
        int start = 0;
        for (int index = 1; index <= tasks.length; index++) {
            if (index == tasks.length
                    || tasks[index] != tasks[index - 1] + 1
                    || current(tasks[index]) != current(tasks[start])) {
                ranges.add(new TaskRange(tasks[start], tasks[index - 1] + 1, current(tasks[start])));
                start = index;
            }
        }
        return ranges;
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
