package dev.quiver.block;

import static dev.quiver.block.Sample.BATCH_BYTES;
import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static dev.quiver.block.Sample.numbers;
import static dev.quiver.block.Sample.rows;
import static dev.quiver.block.Sample.text;
import static dev.quiver.block.Sample.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryReport;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks in the pool outside the heap. After each test every native byte is freed, and every counted byte given back. */
class OffHeapBlocksTest {
    private static final StorageLevel OFF_HEAP_ONLY = StorageLevel.of(true, false, true, 1);

    /** What {@link Sample#longs} takes outside the heap: an Arrow message. */
    private static final long NATIVE_BYTES = new ArrowBatches().batchMessage(longs(0)).length;

    @TempDir
    Path folder;

    /** Room for four batches of either kind. */
    private final MemoryBudget budget = new MemoryBudget(4 * BATCH_BYTES, 0.5, 0, 4 * NATIVE_BYTES);

    private final MemoryBudget pool = budget.offHeap();
    private final List<BatchSource> openUntilTheEnd = new ArrayList<>();
    private Processes processes;
    private BlockManager manager;

    @BeforeEach
    void start() {
        processes = new Processes(folder);
        manager = processes.start(0, budget);
    }

    @AfterEach
    void everyByteIsBack() throws Exception {
        processes.close();
        for (BatchSource source : openUntilTheEnd) {
            source.close();
        }
        assertThat(manager.nativeBytes()).isZero();
        assertThat(budget.freeBytes()).isEqualTo(budget.totalBytes());
        assertThat(pool.freeBytes()).isEqualTo(pool.totalBytes());
        assertThat(budget.ledger()).isEmpty();
        assertThat(pool.ledger()).isEmpty();
        assertThat(processes.folderOf(0)).doesNotExist();
    }

    @Test
    void aBlockOutsideTheHeapTakesNoneOfTheHeapsBudgetAndIsReadBackEqual() throws Exception {
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0), longs(125)))
                .isTrue();
        assertThat(budget.storageBytes()).isZero();
        assertThat(pool.storageBytes()).isEqualTo(2 * NATIVE_BYTES).isEqualTo(manager.nativeBytes());
        assertThat(pool.ledger()).containsOnlyKeys("cached dataset 1");
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 2));
        assertThat(rows(manager.local(cached(1, 0)))).as("again").isEqualTo(numbers(0, 2));
        BlockUpdate update = manager.drainUpdates().get(0);
        assertThat(update.level()).isSameAs(StorageLevel.OFF_HEAP);
        assertThat(update.memoryBytes()).hasValue(2 * NATIVE_BYTES);
        manager.remove(cached(1, 0));
        assertThat(manager.nativeBytes()).isZero();
        assertThat(pool.storageBytes()).isZero();
    }

    @Test
    void batchesOfSeveralShapesKeepTheirOrder() throws Exception {
        write(manager.writer(cached(1, 0), OFF_HEAP_ONLY), text("one"), longs(0), text("two"));
        List<Object> expected = new ArrayList<>(List.of("one"));
        expected.addAll(numbers(0, 1));
        expected.add("two");
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(expected);
    }

    @Test
    void theReportTellsHeapAndOffHeapApart() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0));
        write(manager.writer(cached(2, 0), StorageLevel.OFF_HEAP), longs(0), longs(0));
        budget.show(MemoryReport.Use.BUFFERS, "direct buffers", () -> 2048);
        assertThat(budget.report().describe())
                .matches("Of 3\\.9 KiB, cached dataset 1 holds 1000 B\\. Outside the heap, of .*,"
                        + " cached dataset 2 holds .*; beside these direct buffers holds 2\\.0 KiB\\.");
        assertThat(budget.report().offHeap().orElseThrow().freeBytes()).isEqualTo(2 * NATIVE_BYTES);
    }

    @Test
    void theLeastRecentlyUsedBlockOfThePoolMakesRoomAndTheHeapsBlocksStay() throws Exception {
        for (int partition = 0; partition < 4; partition++) {
            write(manager.writer(cached(1, partition), StorageLevel.MEMORY_ONLY), longs(partition));
            write(manager.writer(cached(2, partition), OFF_HEAP_ONLY), longs(partition));
        }
        rows(manager.local(cached(2, 0)));
        assertThat(write(manager.writer(cached(3, 0), OFF_HEAP_ONLY), longs(8), longs(9)))
                .isTrue();
        assertThat(present(cached(2, 0), cached(2, 1), cached(2, 2), cached(2, 3)))
                .containsExactly(true, false, false, true);
        assertThat(present(cached(1, 0), cached(1, 1), cached(1, 2), cached(1, 3)))
                .containsExactly(true, true, true, true);
        assertThat(manager.nativeBytes()).isEqualTo(4 * NATIVE_BYTES);
    }

    @Test
    void blocksOfTheHeapEvictNothingOutsideOfIt() throws Exception {
        write(manager.writer(cached(1, 0), OFF_HEAP_ONLY), longs(0), longs(0), longs(0));
        for (int dataset = 2; dataset < 6; dataset++) {
            write(manager.writer(cached(dataset, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(0), longs(0));
        }
        try (Reservation sort = budget.execution("sort")) {
            assertThat(sort.tryGrow(3 * BATCH_BYTES)).isFalse();
        }
        assertThat(present(cached(1, 0), cached(4, 0), cached(5, 0))).containsExactly(true, false, true);
    }

    @Test
    void neitherABlockThatIsReadNorOneOfTheDatasetBeingWrittenIsEvicted() throws Exception {
        write(manager.writer(cached(1, 0), OFF_HEAP_ONLY), longs(0), longs(125));
        write(manager.writer(cached(2, 0), OFF_HEAP_ONLY), longs(0), longs(125));
        try (BatchSource reading = manager.local(cached(1, 0)).orElseThrow()) {
            assertThat(reading.next().rows()).isEqualTo(Sample.ROWS);
            assertThat(write(manager.writer(cached(2, 1), OFF_HEAP_ONLY), longs(0)))
                    .isFalse();
        }
        assertThat(present(cached(1, 0), cached(2, 0), cached(2, 1))).containsExactly(true, true, false);
    }

    @Test
    void anEvictedBlockGoesToDiskAndComesBackIntoThePoolWhenThereIsRoom() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0), longs(125));
        write(manager.writer(cached(2, 0), StorageLevel.OFF_HEAP), longs(0), longs(0), longs(0));
        assertThat(manager.nativeBytes()).isEqualTo(3 * NATIVE_BYTES);
        assertThat(rows(manager.local(cached(1, 0)))).as("from disk").isEqualTo(numbers(0, 2));
        assertThat(manager.nativeBytes()).as("no room to recall it").isEqualTo(3 * NATIVE_BYTES);
        manager.remove(cached(2, 0));
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 2));
        assertThat(manager.nativeBytes()).as("recalled").isEqualTo(2 * NATIVE_BYTES);
        assertThat(budget.storageBytes()).isZero();
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 2));
    }

    @Test
    void aBlockThatOutgrowsThePoolGoesToDiskOrIsRefusedAsItsLevelSays() throws Exception {
        ColumnBatch[] six = {longs(0), longs(125), longs(250), longs(375), longs(500), longs(625)};
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), six))
                .isTrue();
        assertThat(manager.nativeBytes()).isZero();
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 6));
        assertThat(write(manager.writer(cached(2, 0), OFF_HEAP_ONLY), six)).isFalse();
        assertThat(present(cached(2, 0))).containsExactly(false);
        assertThat(manager.nativeBytes()).isZero();
    }

    @Test
    void memoryOfARemovedBlockIsFreedWithItsLastReader() throws Exception {
        write(manager.writer(cached(1, 0), OFF_HEAP_ONLY), longs(0), longs(125));
        try (BatchSource first = manager.local(cached(1, 0)).orElseThrow();
                BatchSource second = manager.local(cached(1, 0)).orElseThrow()) {
            manager.removeDataset(new DatasetId(1));
            assertThat(first.next().rows()).isEqualTo(Sample.ROWS);
            first.close();
            assertThat(manager.nativeBytes()).isEqualTo(2 * NATIVE_BYTES);
            assertThat(pool.storageBytes()).isEqualTo(2 * NATIVE_BYTES);
            assertThat(second.next().rows()).isEqualTo(Sample.ROWS);
            assertThat(second.next().rows()).isEqualTo(Sample.ROWS);
        }
        assertThat(manager.nativeBytes()).isZero();
    }

    @Test
    void aBlockThatIsReadWhileItsProcessStopsIsFreedByItsReader() throws Exception {
        write(manager.writer(cached(1, 0), OFF_HEAP_ONLY), longs(0), longs(125));
        write(manager.writer(cached(2, 0), OFF_HEAP_ONLY), longs(0));
        BatchSource reading = manager.local(cached(1, 0)).orElseThrow();
        openUntilTheEnd.add(reading);
        reading.next();
        manager.close();
        assertThat(manager.nativeBytes()).isEqualTo(2 * NATIVE_BYTES);
        assertThat(reading.next().rows()).isEqualTo(Sample.ROWS);
        reading.close();
        assertThat(manager.nativeBytes()).isZero();
    }

    @Test
    void aWriterThatIsClosedOrCancelledFreesWhatItGathered() throws Exception {
        try (BlockWriter given = manager.writer(cached(1, 0), StorageLevel.OFF_HEAP);
                BlockWriter cancelled = manager.writer(cached(2, 0), StorageLevel.OFF_HEAP)) {
            given.write(longs(0));
            cancelled.write(longs(0));
            cancelled.write(longs(0));
            assertThat(manager.nativeBytes()).isEqualTo(3 * NATIVE_BYTES);
            manager.removeDataset(new DatasetId(2));
            assertThat(cancelled.commit()).isFalse();
            assertThat(manager.nativeBytes()).isEqualTo(NATIVE_BYTES);
        }
        assertThat(manager.nativeBytes()).isZero();
    }

    @Test
    void theSecondOfTwoThatStoreTheSameBlockFreesItsRows() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0));
        write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0));
        assertThat(manager.nativeBytes()).isEqualTo(NATIVE_BYTES).isEqualTo(pool.storageBytes());
    }

    @Test
    void anotherProcessReadsAndCopiesABlockFromOutsideTheHeap() throws Exception {
        MemoryBudget others = new MemoryBudget(4 * BATCH_BYTES, 0.5, 0, 4 * NATIVE_BYTES);
        BlockManager reader = processes.start(1, others);
        write(manager.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0), text("and"), longs(125));
        processes.report();
        assertThat(rows(reader.read(cached(1, 0)))).hasSize(2 * Sample.ROWS + 1);
        reader.copy(cached(1, 0), StorageLevel.OFF_HEAP).run();
        assertThat(reader.nativeBytes())
                .isEqualTo(manager.nativeBytes())
                .isEqualTo(others.offHeap().storageBytes());
        assertThat(rows(reader.local(cached(1, 0)))).hasSize(2 * Sample.ROWS + 1);
        reader.remove(cached(1, 0));
        assertThat(reader.nativeBytes()).isZero();
    }

    @Test
    void withoutAPoolTheLevelIsTheOneOfTheHeapAndIsToldAsThat() throws Exception {
        MemoryBudget heapOnly = new MemoryBudget(4 * BATCH_BYTES, 0.5);
        BlockManager without = processes.start(1, heapOnly);
        write(without.writer(cached(1, 0), StorageLevel.OFF_HEAP), longs(0));
        write(without.writer(cached(1, 1), StorageLevel.of(true, false, true, 3)), longs(0));
        assertThat(without.nativeBytes()).isZero();
        assertThat(heapOnly.storageBytes()).isEqualTo(2 * BATCH_BYTES);
        assertThat(without.drainUpdates())
                .extracting(BlockUpdate::level)
                .containsExactly(StorageLevel.MEMORY_AND_DISK, StorageLevel.of(true, false, 3));
    }

    private List<Boolean> present(BlockId... blocks) throws Exception {
        List<Boolean> present = new ArrayList<>();
        for (BlockId block : blocks) {
            var source = manager.local(block);
            source.ifPresent(BatchSource::close);
            present.add(source.isPresent());
        }
        return present;
    }
}
