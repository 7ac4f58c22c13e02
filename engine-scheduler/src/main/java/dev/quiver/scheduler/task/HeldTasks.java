package dev.quiver.scheduler.task;

import java.util.Arrays;

/**
 * Partitions one executor holds of one task set, in launch order: the first ones are those that run. Short (slots and
 * queue of one executor), and tasks end near the front, so plain arrays beat anything clever.
 */
final class HeldTasks {
    private int[] partitions = new int[4];

    /** When each was launched, or null where nobody asks. */
    private long[] launchedNanos;

    private int size;

    HeldTasks(boolean timed) {
        launchedNanos = timed ? new long[4] : null;
    }

    void add(int partition, long nowNanos) {
        if (size == partitions.length) {
            partitions = Arrays.copyOf(partitions, size * 2);
            launchedNanos = launchedNanos == null ? null : Arrays.copyOf(launchedNanos, size * 2);
        }
        if (launchedNanos != null) {
            launchedNanos[size] = nowNanos;
        }
        partitions[size++] = partition;
    }

    /** Takes out what is at a position of {@link #indexOf}. */
    void removeAt(int position) {
        size--;
        System.arraycopy(partitions, position + 1, partitions, position, size - position);
        if (launchedNanos != null) {
            System.arraycopy(launchedNanos, position + 1, launchedNanos, position, size - position);
        }
    }

    boolean contains(int partition) {
        return indexOf(partition) >= 0;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int[] inLaunchOrder() {
        return Arrays.copyOf(partitions, size);
    }

    /** Partitions that were launched by then; only where launches are timed. */
    int[] launchedBy(long nanos) {
        int count = 0;
        while (count < size && launchedNanos[count] - nanos <= 0) {
            count++;
        }
        return Arrays.copyOf(partitions, count);
    }

    /** Where a partition is, or -1 when it is not held. */
    int indexOf(int partition) {
        for (int index = 0; index < size; index++) {
            if (partitions[index] == partition) {
                return index;
            }
        }
        return -1;
    }
}
