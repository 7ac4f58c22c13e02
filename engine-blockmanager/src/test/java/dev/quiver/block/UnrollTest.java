package dev.quiver.block;

import static dev.quiver.block.Sample.BATCH_BYTES;
import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static dev.quiver.block.Sample.numbers;
import static dev.quiver.block.Sample.rows;
import static dev.quiver.block.Sample.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryMode;
import dev.quiver.block.memory.MemoryReport;
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.memory.TaskBudget;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.task.BlockWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose memory the rows of a block are while it is being written, and after. */
class UnrollTest {
    private static final String TASK = "stage 3, partition 5";
    private static final long NATIVE_BYTES = new ArrowBatches().batchMessage(longs(0)).length;

    @TempDir
    Path folder;

    private Processes processes;
    private MemoryBudget budget;
    private BlockManager manager;

    private void start(long bytes) {
        budget = new MemoryBudget(bytes, 0.5, 0, 8 * NATIVE_BYTES);
        processes = new Processes(folder);
        manager = processes.start(0, budget);
    }

    @AfterEach
    void everythingIsGivenBack() {
        processes.close();
        assertThat(budget.ledger()).isEmpty();
        assertThat(budget.offHeap().ledger()).isEmpty();
        assertThat(manager.nativeBytes()).isZero();
    }

    private TaskBudget task(String name) {
        return budget.task(name, () -> false);
    }

    /** Bytes by use and name, of both kinds of memory. */
    private Map<String, Long> ledger() {
        Map<String, Long> ledger = new TreeMap<>();
        MemoryReport report = budget.report();
        report.holdings().forEach(held -> ledger.put(held.use() + " " + held.name(), held.bytes()));
        report.offHeap()
                .orElseThrow()
                .holdings()
                .forEach(held -> ledger.put("outside: " + held.use() + " " + held.name(), held.bytes()));
        return ledger;
    }

    @Test
    void rowsAreTheTasksUntilTheyAreStoredAndTheCachesFromThenOn() throws Exception {
        start(4 * BATCH_BYTES);
        try (TaskBudget task = task(TASK);
                TaskBlocks blocks = manager.forTask(task)) {
            BlockWriter writer = blocks.writer(cached(1, 0), StorageLevel.MEMORY_ONLY);
            writer.write(longs(0));
            writer.write(longs(125));
            assertThat(ledger())
                    .containsExactly(
                            Map.entry("UNROLL unroll of cached dataset 1 of stage 3, partition 5", 2 * BATCH_BYTES));
            assertThat(task.heldBytes()).isEqualTo(2 * BATCH_BYTES);
            assertThat(budget.storageBytes()).isZero();
            assertThat(writer.commit()).isTrue();
            assertThat(ledger()).containsExactly(Map.entry("STORAGE cached dataset 1", 2 * BATCH_BYTES));
            assertThat(task.heldBytes()).isZero();
            assertThat(task.peakBytes()).isEqualTo(2 * BATCH_BYTES);
            blocks.publish();
        }
        assertThat(budget.storageBytes()).as("after the end of the task").isEqualTo(2 * BATCH_BYTES);
    }

    @Test
    void rowsOutsideTheHeapAreTheTasksThereUntilTheyAreStored() throws Exception {
        start(4 * BATCH_BYTES);
        try (TaskBudget task = task(TASK);
                TaskBlocks blocks = manager.forTask(task)) {
            BlockWriter writer = blocks.writer(cached(1, 0), StorageLevel.OFF_HEAP);
            writer.write(longs(0));
            assertThat(ledger())
                    .containsExactly(Map.entry(
                            "outside: UNROLL unroll of cached dataset 1 of stage 3, partition 5", NATIVE_BYTES));
            assertThat(task.heldBytes()).as("on the heap").isZero();
            writer.commit();
            assertThat(ledger()).containsExactly(Map.entry("outside: STORAGE cached dataset 1", NATIVE_BYTES));
            assertThat(task.peakBytes()).isZero();
            assertThat(task.peakOffHeapBytes()).isEqualTo(NATIVE_BYTES);
        }
    }

    @Test
    void whatATaskLeavesBehindIsNamedAndGivenBackAtItsEnd() throws Exception {
        start(4 * BATCH_BYTES);
        TaskBudget task = task(TASK);
        Reservation heap = task.unroll(MemoryMode.HEAP, "cached dataset 1", bytes -> 0);
        Reservation outside = task.unroll(MemoryMode.OFF_HEAP, "cached dataset 2", bytes -> 0);
        heap.tryGrow(10);
        outside.tryGrow(20);
        assertThat(task.unclosed())
                .extracting(MemoryReport.Holding::holder)
                .containsExactly("unroll of cached dataset 1", "unroll of cached dataset 2");
        task.close();
        task.close();
        assertThat(ledger()).isEmpty();
    }

    @Test
    void memoryIsAskedForInStepsThatGrowByHalfAndTheRestGoesBack() throws Exception {
        start(64 * Unroll.FIRST_BYTES);
        try (TaskBudget task = task(TASK);
                TaskBlocks blocks = manager.forTask(task)) {
            BlockWriter writer = blocks.writer(cached(1, 0), StorageLevel.MEMORY_ONLY);
            long batches = 0;
            long expected = Unroll.FIRST_BYTES;
            assertThat(task.heldBytes()).as("before the first row").isEqualTo(expected);
            int steps = 0;
            while (batches * BATCH_BYTES < 10 * Unroll.FIRST_BYTES) {
                writer.write(longs(batches++ * Sample.ROWS));
                if (batches * BATCH_BYTES > expected) {
                    expected += expected / 2;
                    steps++;
                }
                assertThat(task.heldBytes()).as("after %d batches", batches).isEqualTo(expected);
            }
            assertThat(steps).isEqualTo(6);
            writer.commit();
            assertThat(ledger()).containsExactly(Map.entry("STORAGE cached dataset 1", batches * BATCH_BYTES));
        }
    }

    @Test
    void noMomentCountsRowsTwiceOrNotAtAll() throws Exception {
        start(100 * BATCH_BYTES);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<String> wrong = new AtomicReference<>();
        budget.execution("map outputs").force(50 * BATCH_BYTES);
        Thread watching = new Thread(() -> {
            while (!stop.get()) {
                long held = budget.totalBytes() - budget.freeBytes() - 50 * BATCH_BYTES;
                long listed = budget.report().holdings().stream()
                                .mapToLong(MemoryReport.Holding::bytes)
                                .sum()
                        - 50 * BATCH_BYTES;
                if (held != 3 * BATCH_BYTES || listed != 3 * BATCH_BYTES) {
                    wrong.set("counted " + held + ", listed " + listed);
                }
            }
        });
        try (TaskBudget task = task(TASK)) {
            // The first block is there before anybody watches; each later one takes the place of the one before it.
            Reservation unroll = task.unroll(MemoryMode.HEAP, "cached dataset 1", bytes -> 0);
            Reservation stored = budget.storage("cached dataset 1");
            unroll.tryGrow(3 * BATCH_BYTES);
            watching.start();
            for (int round = 0; round < 20_000; round++) {
                unroll.handOver(3 * BATCH_BYTES, stored);
                stored.handOver(3 * BATCH_BYTES, unroll);
            }
            stop.set(true);
            watching.join();
            stored.close();
            unroll.close();
        }
        assertThat(wrong.get()).isNull();
        assertThat(budget.ledger()).containsOnlyKeys("map outputs");
        budget = new MemoryBudget(0, 0.5, 0, 1);
    }

    @Test
    void cachingTakesThePlaceOfOtherCachedBlocksBelowTheSoftLineToo() throws Exception {
        start(4 * BATCH_BYTES);
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(125));
        write(manager.writer(cached(2, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(125));
        try (TaskBudget task = task(TASK);
                TaskBlocks blocks = manager.forTask(task)) {
            assertThat(write(blocks.writer(cached(3, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(125), longs(250)))
                    .isTrue();
            blocks.publish();
        }
        assertThat(ledger()).containsExactly(Map.entry("STORAGE cached dataset 3", 3 * BATCH_BYTES));
    }

    @Test
    void aBlockThatWouldTakeWhatOtherTasksAreGuaranteedGoesToDiskOrIsRefused() throws Exception {
        start(8 * BATCH_BYTES);
        try (TaskBudget task = task(TASK);
                TaskBudget other = task("stage 3, partition 6");
                TaskBlocks blocks = manager.forTask(task)) {
            assertThat(other.open("sortByKey").tryGrow(1)).isTrue();
            BlockWriter both = blocks.writer(cached(1, 0), StorageLevel.MEMORY_AND_DISK);
            for (int batch = 0; batch < 6; batch++) {
                both.write(longs(batch * 125L));
                assertThat(task.heldBytes())
                        .as("batch %d", batch)
                        .isBetween((batch + 1) * BATCH_BYTES, 6 * BATCH_BYTES);
            }
            both.write(longs(6 * 125));
            assertThat(task.heldBytes()).as("on disk now").isZero();
            assertThat(both.commit()).isTrue();
            assertThat(rows(blocks.read(cached(1, 0)))).isEqualTo(numbers(0, 7));
            manager.remove(cached(1, 0));

            BlockWriter memory = blocks.writer(cached(1, 1), StorageLevel.MEMORY_ONLY);
            for (int batch = 0; batch < 7; batch++) {
                assertThat(memory.isRefused()).isFalse();
                memory.write(longs(batch * 125L));
            }
            assertThat(memory.isRefused()).isTrue();
            assertThat(task.heldBytes()).isZero();
            memory.close();
            other.unclosed().forEach(left -> assertThat(left.bytes()).isEqualTo(1));
        }
    }

    @Test
    void aTasksOperatorsGetLessWhileItCachesAndNoLessOnceItHas() throws Exception {
        start(8 * BATCH_BYTES);
        try (TaskBudget task = task(TASK);
                TaskBlocks blocks = manager.forTask(task)) {
            Reservation sort = task.open("sortByKey");
            BlockWriter writer = blocks.writer(cached(1, 0), StorageLevel.MEMORY_ONLY);
            writer.write(longs(0));
            writer.write(longs(125));
            assertThat(sort.tryGrow(7 * BATCH_BYTES)).isFalse();
            assertThat(sort.tryGrow(6 * BATCH_BYTES)).isTrue();
            sort.shrink(6 * BATCH_BYTES);
            writer.commit();
            blocks.publish();
            assertThat(sort.tryGrow(6 * BATCH_BYTES)).isTrue();
            sort.close();
        }
    }
}
