package dev.quiver.stage;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * Which task of a stage does what. Task {@code p} computes partition {@code p}, or its first slice when the partition is
 * split; further slices are tasks behind the last partition, by ascending partition. Chosen once for a stage, so that a
 * task number means the same rows in every attempt. Immutable.
 */
public final class TaskLayout implements Serializable {
    private static final long serialVersionUID = 1;

    private final int partitionCount;
    private final List<SplitPartition> splits;
    /** The second slice of each split partition, as a task. */
    private final int[] secondSlices;

    private final int taskCount;

    /** @param splits of partitions below the count, each at most once, in any order */
    public TaskLayout(int partitionCount, List<SplitPartition> splits) {
        this.partitionCount = partitionCount;
        this.splits = splits.stream()
                .sorted(Comparator.comparingInt(SplitPartition::partition))
                .toList();
        this.secondSlices = new int[splits.size()];
        int task = partitionCount;
        int last = -1;
        for (int index = 0; index < secondSlices.length; index++) {
            SplitPartition split = this.splits.get(index);
            if (split.partition() == last || split.partition() >= partitionCount) {
                throw new IllegalArgumentException("partition " + split.partition() + " of " + partitionCount
                        + " is split " + (split.partition() == last ? "twice" : "and does not exist"));
            }
            last = split.partition();
            secondSlices[index] = task;
            task = Math.addExact(task, split.slices() - 1);
        }
        this.taskCount = task;
    }

    /** One task a partition. */
    public static TaskLayout whole(int partitionCount) {
        return new TaskLayout(partitionCount, List.of());
    }

    public int partitionCount() {
        return partitionCount;
    }

    /** Tasks of the stage: its partitions and the further slices. */
    public int taskCount() {
        return taskCount;
    }

    /** The partitions that are split, ascending. */
    public List<SplitPartition> splits() {
        return splits;
    }

    /** Whether every partition is one task. */
    public boolean isWhole() {
        return splits.isEmpty();
    }

    /** The partition a task works for. */
    public int partition(int task) {
        return task < partitionCount ? task : splits.get(splitBehind(task)).partition();
    }

    /** What a task computes of its partition, or null when it computes all of it. */
    public PartitionSlice slice(int task) {
        if (splits.isEmpty()) {
            return null;
        }
        if (task < partitionCount) {
            int index = splitOf(task);
            return index < 0 ? null : splits.get(index).slice(0);
        }
        int index = splitBehind(task);
        return splits.get(index).slice(task - secondSlices[index] + 1);
    }

    /** The tasks of a partition in the order of its slices; itself alone when it is not split. */
    public int[] tasks(int partition) {
        int index = splitOf(partition);
        int[] tasks = new int[index < 0 ? 1 : splits.get(index).slices()];
        tasks[0] = partition;
        for (int slice = 1; slice < tasks.length; slice++) {
            tasks[slice] = secondSlices[index] + slice - 1;
        }
        return tasks;
    }

    /** For messages: {@code partition 7}, or which slice of it. */
    public String describe(int task) {
        PartitionSlice slice = slice(task);
        return slice == null ? "partition " + task : slice.toString();
    }

    /** Position of a partition among those that are split, or negative. */
    private int splitOf(int partition) {
        int low = 0;
        int high = splits.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int found = splits.get(middle).partition();
            if (found == partition) {
                return middle;
            }
            low = found < partition ? middle + 1 : low;
            high = found < partition ? high : middle - 1;
        }
        return -1;
    }

    /** Position of the split partition that a task behind the last partition works for. */
    private int splitBehind(int task) {
        if (task >= taskCount) {
            throw new IndexOutOfBoundsException("task " + task + " of " + this);
        }
        int index = splits.size() - 1;
        while (secondSlices[index] > task) {
            index--;
        }
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskLayout layout
                && layout.partitionCount == partitionCount
                && layout.splits.equals(splits);
    }

    @Override
    public int hashCode() {
        return 31 * partitionCount + splits.hashCode();
    }

    @Override
    public String toString() {
        return partitionCount + " partitions in " + taskCount + " tasks";
    }
}
