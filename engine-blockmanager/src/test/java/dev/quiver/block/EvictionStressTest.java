package dev.quiver.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many threads write, read, remove and take memory at once: rows are right or absent, and all memory comes back. */
@Timeout(300)
class EvictionStressTest {
    private static final int THREADS = 6;
    private static final int STEPS = 1_500;
    /** Fewer than the blocks need that are kept outside the heap. */
    private static final long POOL_BYTES = 12 * Sample.BATCH_BYTES;

    @TempDir
    Path folder;

    @Test
    void readersSeeWholeBlocksOrNoneWhileOthersEvictThem() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            MemoryBudget budget = new MemoryBudget(40 * Sample.BATCH_BYTES, 0.5, 0, POOL_BYTES);
            Processes processes = new Processes(folder.resolve("seed-" + seed));
            BlockManager manager = processes.start(0, budget);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            try {
                List<Callable<Integer>> tasks = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    Random random = new Random(seed * 1000 + thread);
                    tasks.add(() -> run(manager, budget, random));
                }
                int found = 0;
                for (Future<Integer> task : threads.invokeAll(tasks)) {
                    found += task.get();
                }
                assertThat(found).as("seed %d", seed).isPositive();
                assertThat(budget.executionBytes()).as("seed %d", seed).isZero();
                assertThat(budget.storageBytes()).as("seed %d", seed).isBetween(0L, budget.totalBytes());
                assertThat(manager.corruptBlocks()).as("seed %d", seed).isZero();
            } catch (java.util.concurrent.ExecutionException failed) {
                throw new AssertionError("seed " + seed, failed.getCause());
            } finally {
                threads.shutdownNow();
                processes.close();
            }
            assertThat(budget.freeBytes()).as("seed %d", seed).isEqualTo(budget.totalBytes());
            assertThat(budget.offHeap().freeBytes()).as("seed %d", seed).isEqualTo(POOL_BYTES);
            assertThat(manager.nativeBytes()).as("seed %d", seed).isZero();
            assertThat(processes.folderOf(0)).as("seed %d", seed).doesNotExist();
        }
    }

    private static int run(BlockManager manager, MemoryBudget budget, Random random) throws Exception {
        StorageLevel[] levels = {
            StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY, StorageLevel.OFF_HEAP
        };
        int found = 0;
        for (int step = 0; step < STEPS; step++) {
            int dataset = random.nextInt(4);
            int partition = random.nextInt(10);
            BlockId block = Sample.cached(dataset, partition);
            int batches = 1 + partition % 3;
            int choice = random.nextInt(100);
            if (choice < 40) {
                Optional<BatchSource> source = manager.local(block);
                if (source.isPresent()) {
                    assertThat(Sample.rows(source)).isEqualTo(Sample.numbers(partition, batches));
                    found++;
                }
            } else if (choice < 85) {
                ColumnBatch[] all = new ColumnBatch[batches];
                for (int batch = 0; batch < batches; batch++) {
                    all[batch] = Sample.longs(partition + (long) batch * Sample.ROWS);
                }
                if (choice < 60) {
                    Sample.write(manager.writer(block, levels[dataset % 4]), all);
                } else {
                    asATask(manager, budget, block, levels[dataset % 4], all, choice < 75);
                }
            } else if (choice < 90) {
                asksForItsShare(budget, random);
            } else if (choice < 95) {
                try (Reservation sort = budget.execution("sort")) {
                    sort.tryGrow((1 + random.nextInt(10)) * Sample.BATCH_BYTES);
                }
            } else if (choice < 98) {
                manager.remove(block);
            } else {
                manager.removeDataset(new DatasetId(dataset));
            }
        }
        return found;
    }

    private static void asksForItsShare(MemoryBudget budget, Random random) {
        try (TaskBudget task = budget.task("a task", () -> false)) {
            Reservation sort = task.open("sortByKey");
            sort.tryGrow((1 + random.nextInt(20)) * Sample.BATCH_BYTES);
            sort.tryGrow(Sample.BATCH_BYTES);
            sort.shrink(sort.bytes() / 2);
            assertThat(budget.freeBytes()).isBetween(0L, budget.totalBytes());
        }
    }

    private static void asATask(
            BlockManager manager,
            MemoryBudget budget,
            BlockId block,
            StorageLevel level,
            ColumnBatch[] batches,
            boolean succeeds)
            throws Exception {
        try (TaskBudget memory = budget.task("a task", () -> false);
                TaskBlocks task = manager.forTask(memory)) {
            Sample.write(task.writer(block, level), batches);
            Optional<BatchSource> own = task.read(block);
            if (own.isPresent()) {
                assertThat(Sample.rows(own)).hasSize(batches.length * Sample.ROWS);
            }
            if (succeeds) {
                task.publish();
            }
        }
    }
}
