package dev.quiver.shuffle.reader;

import dev.quiver.shuffle.tracker.ShuffleLocations;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The reduce partitions that tasks waiting here will read after this one, told from the tasks: where task 7 reads
 * partition 7, task 9 reads partition 9. In a stage that reads several shuffles side by side that is a guess, which costs
 * a few bytes when it is wrong. Belongs to the reading task's thread.
 */
final class Following implements IntUnaryOperator {
    private final Supplier<int[]> upcoming;
    private final int offset;
    private final int reduceCount;
    private int[] tasks;

    /** @param upcoming tasks of the same stage attempt that wait here, the next one first; asked once, when it matters */
    Following(Supplier<int[]> upcoming, int task, int reducePartition, ShuffleLocations where) {
        this.upcoming = upcoming;
        this.offset = reducePartition - task;
        this.reduceCount = where.reduceCount();
    }

    /** The partition at a position, or -1 behind the last. */
    @Override
    public int applyAsInt(int index) {
        if (tasks == null) {
            tasks = upcoming.get();
        }
        int partition = index < tasks.length ? tasks[index] + offset : -1;
        return partition < reduceCount ? partition : -1;
    }
}
