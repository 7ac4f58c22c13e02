package dev.quiver;

import java.util.List;
import java.util.Locale;

/**
 * What is kept of a dataset that was cached or persisted, as far as executors have told the driver: they do with the tasks
 * they report. What leaves memory while no task runs is told with the next one.
 *
 * @param dataset    its number, as in messages and in {@code explain()}
 * @param definition operator and line that defined it, such as {@code map at Job.main(Job.java:21)}
 * @param level      where its partitions are to be kept
 * @param partitions how many it has
 * @param stored     how many of them are kept somewhere; the others are computed when they are needed
 * @param evictions  how often a partition, or a copy of one, left the memory of an executor because others needed it
 * @param executors  what each executor keeps, those that keep nothing left out, by name
 */
public record StoredDataset(
        int dataset,
        String definition,
        StorageLevel level,
        int partitions,
        int stored,
        long evictions,
        List<OnExecutor> executors) {
    /**
     * What one executor keeps of a dataset. A partition may be in memory and on disk.
     *
     * @param executor    its name; {@code driver} where there is one process
     * @param inMemory    partitions in its memory
     * @param onDisk      partitions on its disk
     * @param memoryBytes memory they take
     * @param diskBytes   length of their files
     */
    public record OnExecutor(String executor, int inMemory, int onDisk, long memoryBytes, long diskBytes) {}

    public StoredDataset {
        executors = List.copyOf(executors);
    }

    /** Memory that its partitions take on all executors together. */
    public long memoryBytes() {
        return executors.stream().mapToLong(OnExecutor::memoryBytes).sum();
    }

    /** Length of the files of its partitions on all executors together. */
    public long diskBytes() {
        return executors.stream().mapToLong(OnExecutor::diskBytes).sum();
    }

    /** A line for the dataset, and one for each executor. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "dataset %d, %s, %s: %d of %d partitions stored, %s in memory, %s on disk, %d evictions",
                dataset,
                definition,
                level,
                stored,
                partitions,
                mebibytes(memoryBytes()),
                mebibytes(diskBytes()),
                evictions));
        for (OnExecutor one : executors) {
            text.append(String.format(
                    Locale.ROOT,
                    "%n  executor %s: %d in memory, %s; %d on disk, %s",
                    one.executor,
                    one.inMemory,
                    mebibytes(one.memoryBytes),
                    one.onDisk,
                    mebibytes(one.diskBytes)));
        }
        return text.toString();
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }
}
