package dev.quiver.scheduler.task;

import dev.quiver.id.ExecutorId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Tasks that wait for a slot. A task with living preferred executors is <em>near</em> those and handed to others only
 * by {@link #takeAny}; one without is <em>free</em>. A retried task is free: what it preferred has just let it down.
 *
 * <p>Cursors remember where the lowest pending bit can be, so that taking costs what is taken.
 */
final class PendingTasks {
    private final BitSet all;
    private final BitSet free;
    private final Map<ExecutorId, NearTasks> near = new LinkedHashMap<>();
    private byte[] livingPreferences;
    private int allCount;
    private int freeCount;
    private int allFrom;
    private int freeFrom;
    private int cursor;

    /**
     * @param partitions  the tasks; taken over
     * @param preferences preferred executors by partition, or null when no task prefers any
     * @param takesTasks  whether an executor takes new tasks
     */
    PendingTasks(BitSet partitions, IntFunction<List<ExecutorId>> preferences, Predicate<ExecutorId> takesTasks) {
        this.all = partitions;
        this.allCount = partitions.cardinality();
        if (preferences == null) {
            this.free = all;
            this.freeCount = allCount;
            return;
        }
        this.free = new BitSet(partitions.length());
        this.livingPreferences = new byte[partitions.length()];
        for (int partition = all.nextSetBit(0); partition >= 0; partition = all.nextSetBit(partition + 1)) {
            for (ExecutorId executor : preferences.apply(partition)) {
                if (takesTasks.test(executor) && livingPreferences[partition] < Byte.MAX_VALUE) {
                    near.computeIfAbsent(executor, key -> new NearTasks()).add(partition);
                    livingPreferences[partition]++;
                }
            }
            if (livingPreferences[partition] == 0) {
                free.set(partition);
                freeCount++;
            }
        }
    }

    int count() {
        return allCount;
    }

    /** Tasks any executor may take. */
    int freeCount() {
        return freeCount;
    }

    boolean hasNearTasks() {
        return !near.isEmpty();
    }

    int first() {
        return all.nextSetBit(allFrom);
    }

    boolean contains(int partition) {
        return all.get(partition);
    }

    /** A task waits again, without preferences. */
    void addFree(int partition) {
        if (!all.get(partition)) {
            all.set(partition);
            allCount++;
            allFrom = Math.min(allFrom, partition);
        } else if (free.get(partition)) {
            return;
        }
        free.set(partition);
        freeCount++;
        freeFrom = Math.min(freeFrom, partition);
    }

    void remove(int partition) {
        if (all.get(partition)) {
            if (free.get(partition)) {
                free.clear(partition);
                freeCount--;
            }
            all.clear(partition);
            allCount--;
        }
    }

    /** Takes tasks that prefer this executor; those that it refuses need not wait for it any more. */
    int[] takeNear(ExecutorId executor, int most, IntPredicate refused) {
        NearTasks tasks = near.get(executor);
        if (tasks == null) {
            return new int[0];
        }
        int[] taken = new int[most];
        int count = 0;
        while (count < most && tasks.hasNext()) {
            int partition = tasks.next();
            if (all.get(partition) && refused.test(partition)) {
                addFree(partition);
            } else if (all.get(partition)) {
                remove(partition);
                taken[count++] = partition;
            }
        }
        if (!tasks.hasNext()) {
            near.remove(executor);
        }
        return Arrays.copyOf(taken, count);
    }

    /** Takes free tasks in ascending order, leaving out those that are refused. */
    int[] takeFree(int most, IntPredicate refused) {
        int[] taken = take(free, freeFrom, Math.min(most, freeCount), refused);
        freeFrom = cursor;
        return taken;
    }

    /** Takes any tasks in ascending order, also such as prefer other executors, leaving out those that are refused. */
    int[] takeAny(int most, IntPredicate refused) {
        int[] taken = take(all, allFrom, Math.min(most, allCount), refused);
        allFrom = cursor;
        return taken;
    }

    /** Leaves the cursor where the lowest bit can be from now on. */
    private int[] take(BitSet tasks, int from, int most, IntPredicate refused) {
        if (free == all && refused == Refusals.NONE) {
            return takeRuns(from, most);
        }
        int[] taken = new int[most];
        int count = 0;
        int firstLeft = -1;
        int partition = tasks.nextSetBit(from);
        while (partition >= 0 && count < most) {
            if (refused.test(partition)) {
                firstLeft = firstLeft < 0 ? partition : firstLeft;
            } else {
                remove(partition);
                taken[count++] = partition;
            }
            partition = tasks.nextSetBit(partition + 1);
        }
        cursor = firstLeft >= 0 ? firstLeft : partition >= 0 ? partition : tasks.length();
        return Arrays.copyOf(taken, count);
    }

    /** The same where nothing is preferred or refused. */
    private int[] takeRuns(int from, int most) {
        int[] taken = new int[most];
        int count = 0;
        int first = all.nextSetBit(from);
        while (first >= 0 && count < most) {
            // Not to the next one that is clear: that may be a million further.
            int end = first;
            while (count < most && all.get(end)) {
                taken[count++] = end++;
            }
            all.clear(first, end);
            first = all.nextSetBit(end);
        }
        allCount -= count;
        freeCount -= count;
        cursor = first >= 0 ? first : all.length();
        return count == most ? taken : Arrays.copyOf(taken, count);
    }

    /** An executor is gone: tasks that preferred nobody else become free. Returns whether any did. */
    boolean forgetExecutor(ExecutorId executor) {
        NearTasks tasks = near.remove(executor);
        boolean freed = false;
        while (tasks != null && tasks.hasNext()) {
            int partition = tasks.next();
            if (all.get(partition) && !free.get(partition) && --livingPreferences[partition] == 0) {
                addFree(partition);
                freed = true;
            }
        }
        return freed;
    }

    /** Nothing waits any more. */
    void clear() {
        all.clear();
        free.clear();
        near.clear();
        allCount = 0;
        freeCount = 0;
    }

    /** Partitions near one executor, ascending, read once from the front. */
    private static final class NearTasks {
        private int[] partitions = new int[8];
        private int size;
        private int position;

        void add(int partition) {
            if (size == partitions.length) {
                partitions = Arrays.copyOf(partitions, size * 2);
            }
            partitions[size++] = partition;
        }

        boolean hasNext() {
            return position < size;
        }

        int next() {
            return partitions[position++];
        }
    }
}
