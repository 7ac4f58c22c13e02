package dev.quiver.block;

import dev.quiver.StoredDataset.OnExecutor;
import dev.quiver.id.ExecutorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept of one dataset.
 *
 * @param partitions how many of its partitions are kept somewhere
 * @param evictions  how often one of them left the memory of an executor that needed it for others
 * @param executors  what each executor keeps, by name; none that keeps nothing
 */
public record DatasetBlocks(int partitions, long evictions, List<OnExecutor> executors) {
    /** Nothing is kept. */
    public static final DatasetBlocks NONE = new DatasetBlocks(0, 0, List.of());

    public DatasetBlocks {
        executors = List.copyOf(executors);
    }

    /** Adds up the blocks of a dataset. */
    static final class Sum {
        private final Map<ExecutorId, OnExecutor> executors = new TreeMap<>();

        void add(ExecutorId executor, BlockUpdate block) {
            OnExecutor before = executors.getOrDefault(executor, new OnExecutor(executor.toString(), 0, 0, 0, 0));
            executors.put(
                    executor,
                    new OnExecutor(
                            before.executor(),
                            before.inMemory() + (block.memoryBytes().isPresent() ? 1 : 0),
                            before.onDisk() + (block.diskBytes().isPresent() ? 1 : 0),
                            before.memoryBytes() + block.memoryBytes().orElse(0),
                            before.diskBytes() + block.diskBytes().orElse(0)));
        }

        DatasetBlocks of(int partitions, long evictions) {
            return new DatasetBlocks(partitions, evictions, new ArrayList<>(executors.values()));
        }
    }
}
