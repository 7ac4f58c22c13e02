package dev.quiver.block;

import static dev.quiver.block.Sample.BATCH_BYTES;
import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static dev.quiver.block.Sample.numbers;
import static dev.quiver.block.Sample.rows;
import static dev.quiver.block.Sample.text;
import static dev.quiver.block.Sample.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.StorageLevel;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.Reservation;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockManagerTest {
    @TempDir
    Path folder;

    /** Room for four batches. */
    private final MemoryBudget budget = new MemoryBudget(4 * BATCH_BYTES, 0.5);

    private Processes processes;
    private BlockManager manager;

    @BeforeEach
    void start() {
        processes = new Processes(folder);
        manager = processes.start(0, budget);
    }

    @AfterEach
    void nothingIsLeft() {
        processes.close();
        assertThat(processes.folderOf(0)).doesNotExist();
        assertThat(budget.freeBytes()).isEqualTo(budget.totalBytes());
        assertThat(budget.ledger()).isEmpty();
    }

    @Test
    void handsOutTheVeryBatchesThatWereCachedInMemory() throws Exception {
        ColumnBatch batch = longs(0);
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), batch);
        try (BatchSource source = manager.local(cached(1, 0)).orElseThrow()) {
            assertThat(source.next()).isSameAs(batch);
            assertThat(source.next()).isNull();
        }
    }

    @Test
    void showsABlockOnlyOnceItIsCommitted() throws Exception {
        try (BlockWriter writer = manager.writer(cached(1, 0), StorageLevel.MEMORY_AND_DISK)) {
            writer.write(longs(0));
            assertThat(manager.local(cached(1, 0))).isEmpty();
            assertThat(manager.drainUpdates()).isEmpty();
            writer.commit();
            assertThat(manager.local(cached(1, 0))).isPresent().get().satisfies(BatchSource::close);
        }
        try (BlockWriter writer = manager.writer(cached(1, 1), StorageLevel.MEMORY_AND_DISK)) {
            writer.write(longs(0));
        }
        assertThat(manager.local(cached(1, 1))).isEmpty();
        assertThat(budget.storageBytes()).isEqualTo(BATCH_BYTES);
    }

    @Test
    void evictsTheBlockThatWasNotUsedForTheLongestTime() throws Exception {
        for (int partition = 0; partition < 4; partition++) {
            write(manager.writer(cached(1, partition), StorageLevel.MEMORY_ONLY), longs(partition));
        }
        rows(manager.local(cached(1, 0)));
        write(manager.writer(cached(2, 0), StorageLevel.MEMORY_ONLY), longs(9), longs(8));
        assertThat(present(cached(1, 0), cached(1, 1), cached(1, 2), cached(1, 3), cached(2, 0)))
                .containsExactly(true, false, false, true, true);
    }

    @Test
    void neverEvictsBlocksOfTheDatasetBeingWritten() throws Exception {
        for (int partition = 0; partition < 4; partition++) {
            assertThat(write(manager.writer(cached(1, partition), StorageLevel.MEMORY_ONLY), longs(0)))
                    .isTrue();
        }
        assertThat(write(manager.writer(cached(1, 4), StorageLevel.MEMORY_ONLY), longs(0)))
                .isFalse();
        assertThat(present(cached(1, 0), cached(1, 1), cached(1, 2), cached(1, 3), cached(1, 4)))
                .containsExactly(true, true, true, true, false);
    }

    @Test
    void neverEvictsABlockThatIsBeingRead() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(1), longs(2));
        try (BatchSource reading = manager.local(cached(1, 0)).orElseThrow()) {
            assertThat(reading.next()).isNotNull();
            assertThat(write(manager.writer(cached(2, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(1)))
                    .isFalse();
        }
        assertThat(write(manager.writer(cached(2, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(1)))
                .isTrue();
        assertThat(present(cached(1, 0), cached(2, 0))).containsExactly(false, true);
    }

    @Test
    void countsTheMemoryOfARemovedBlockUntilItsLastReaderIsDone() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0));
        try (BatchSource reading = manager.local(cached(1, 0)).orElseThrow()) {
            manager.remove(cached(1, 0));
            assertThat(manager.local(cached(1, 0))).isEmpty();
            assertThat(reading.next().rows()).isEqualTo(Sample.ROWS);
            assertThat(budget.storageBytes()).isEqualTo(BATCH_BYTES);
        }
        assertThat(budget.storageBytes()).isZero();
    }

    @Test
    void movesEvictedBlocksToDiskWhenTheirLevelSaysSo() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_AND_DISK), longs(0), longs(125));
        write(manager.writer(cached(2, 0), StorageLevel.MEMORY_AND_DISK), longs(0), longs(0), longs(0));
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 2));
        List<BlockUpdate> updates = manager.drainUpdates();
        assertThat(updates).hasSize(2);
        assertThat(updates.get(0).memoryBytes()).isEmpty();
        assertThat(updates.get(0).diskBytes().getAsLong()).isGreaterThan(2 * BATCH_BYTES);
        assertThat(updates.get(1).memoryBytes()).hasValue(3 * BATCH_BYTES);
    }

    @Test
    void writesABlockThatOutgrowsMemoryToDisk() throws Exception {
        ColumnBatch[] batches = Stream.iterate(0, each -> each + Sample.ROWS)
                .limit(6)
                .map(Sample::longs)
                .toArray(ColumnBatch[]::new);
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.MEMORY_AND_DISK), batches))
                .isTrue();
        assertThat(budget.storageBytes()).isZero();
        assertThat(rows(manager.local(cached(1, 0)))).isEqualTo(numbers(0, 6));
        assertThat(write(manager.writer(cached(1, 1), StorageLevel.MEMORY_ONLY), batches))
                .isFalse();
        assertThat(budget.storageBytes()).isZero();
    }

    @Test
    void keepsBatchesOfSeveralShapesInOrderOnDisk() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.DISK_ONLY), longs(0), text("one"), longs(125), text("two"));
        List<Object> rows = rows(manager.local(cached(1, 0)));
        assertThat(rows.subList(125, 127)).containsExactly("one", 125L);
        assertThat(rows).hasSize(252).last().isEqualTo("two");
        assertThat(files()).hasSize(2);
    }

    @Test
    void holdsAnEmptyPartitionInMemoryAndOnDisk() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY));
        write(manager.writer(cached(1, 1), StorageLevel.DISK_ONLY));
        assertThat(rows(manager.local(cached(1, 0)))).isEmpty();
        assertThat(rows(manager.local(cached(1, 1)))).isEmpty();
        assertThat(manager.drainUpdates()).noneMatch(BlockUpdate::isGone);
    }

    @Test
    void dropsABlockWhoseFileIsDamagedOrShortOrGone() throws Exception {
        for (int partition = 0; partition < 3; partition++) {
            write(manager.writer(cached(1, partition), StorageLevel.DISK_ONLY), longs(partition), longs(125));
        }
        manager.drainUpdates();
        Path flipped = file(cached(1, 0));
        byte[] bytes = Files.readAllBytes(flipped);
        bytes[bytes.length / 2] ^= 4;
        Files.write(flipped, bytes);
        Path cut = file(cached(1, 1));
        Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 1000));
        Files.delete(file(cached(1, 2)));
        for (int partition = 0; partition < 3; partition++) {
            assertThat(manager.local(cached(1, partition))).isEmpty();
        }
        assertThat(manager.corruptBlocks()).isEqualTo(3);
        assertThat(manager.drainUpdates()).hasSize(3).allMatch(BlockUpdate::isGone);
        assertThat(files()).isEmpty();
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.DISK_ONLY), longs(0)))
                .isTrue();
    }

    @Test
    void finishesReadingABlockThatIsRemovedFromDisk() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.DISK_ONLY), longs(0), longs(125));
        try (BatchSource reading = manager.local(cached(1, 0)).orElseThrow()) {
            reading.next();
            manager.remove(cached(1, 0));
            assertThat(reading.next().rows()).isEqualTo(Sample.ROWS);
            assertThat(reading.next()).isNull();
        }
    }

    @Test
    void refusesABlockWithoutHarmWhenTheDiskFails() throws Exception {
        Files.createDirectories(processes.folderOf(0).getParent());
        Files.writeString(processes.folderOf(0), "a file where the folder should be");
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.DISK_ONLY), longs(0), longs(1)))
                .isFalse();
        assertThat(manager.local(cached(1, 0))).isEmpty();
        assertThat(budget.storageBytes()).isZero();
    }

    @Test
    void keepsTheFirstOfTwoAttemptsThatWriteTheSameBlock() throws Exception {
        for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.DISK_ONLY)) {
            BlockId block = cached(1, level.number());
            BlockWriter first = manager.writer(block, level);
            BlockWriter second = manager.writer(block, level);
            first.write(longs(0));
            second.write(longs(0));
            assertThat(first.commit()).isTrue();
            assertThat(second.commit()).isTrue();
            assertThat(rows(manager.local(block))).isEqualTo(numbers(0, 1));
        }
        assertThat(budget.storageBytes()).isEqualTo(BATCH_BYTES);
        assertThat(files()).hasSize(1);
    }

    @Test
    void removesADatasetWithTheBlocksThatAreStillBeingWritten() throws Exception {
        write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0));
        write(manager.writer(cached(1, 1), StorageLevel.DISK_ONLY), longs(0));
        write(manager.writer(cached(2, 0), StorageLevel.MEMORY_ONLY), longs(0));
        BlockWriter late = manager.writer(cached(1, 2), StorageLevel.MEMORY_ONLY);
        late.write(longs(0));
        manager.removeDataset(new DatasetId(1));
        assertThat(late.commit()).isFalse();
        assertThat(present(cached(1, 0), cached(1, 1), cached(1, 2), cached(2, 0)))
                .containsExactly(false, false, false, true);
        assertThat(files()).isEmpty();
        assertThat(budget.storageBytes()).isEqualTo(BATCH_BYTES);
    }

    @Test
    void givesMemoryToExecutionByEvictingDownToTheFloor() throws Exception {
        for (int partition = 0; partition < 4; partition++) {
            write(manager.writer(cached(1, partition), StorageLevel.MEMORY_ONLY), longs(0));
        }
        try (Reservation sort = budget.execution("sort of partition 0")) {
            assertThat(sort.tryGrow(2 * BATCH_BYTES)).isTrue();
            assertThat(present(cached(1, 0), cached(1, 1), cached(1, 2), cached(1, 3)))
                    .containsExactly(false, false, true, true);
            assertThat(sort.tryGrow(BATCH_BYTES)).isFalse();
        }
    }

    @Test
    void neverEvictsASliceOfACollection() throws Exception {
        BlockId slice = new BlockId.CollectionSlice(new DatasetId(0), 0);
        manager.keep(slice, List.of(longs(0), longs(125), longs(250)));
        assertThat(write(manager.writer(cached(1, 0), StorageLevel.MEMORY_ONLY), longs(0), longs(1)))
                .isFalse();
        BlockId second = new BlockId.CollectionSlice(new DatasetId(0), 1);
        manager.keep(second, List.of(longs(0), longs(125)));
        assertThat(rows(manager.local(slice))).isEqualTo(numbers(0, 3));
        assertThat(rows(manager.local(second))).isEqualTo(numbers(0, 2));
    }

    @Test
    void saysWhoHoldsTheMemoryWhenASliceFitsNowhere() throws Exception {
        Files.createDirectories(processes.folderOf(0).getParent());
        Files.writeString(processes.folderOf(0), "a file where the folder should be");
        try (Reservation sort = budget.execution("sort of partition 7")) {
            sort.tryGrow(budget.totalBytes());
            assertThatThrownBy(() -> manager.keep(new BlockId.CollectionSlice(new DatasetId(0), 0), List.of(longs(0))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sort of partition 7 holds");
        }
    }

    private List<Boolean> present(BlockId... blocks) throws Exception {
        List<Boolean> present = new java.util.ArrayList<>();
        for (BlockId block : blocks) {
            var source = manager.local(block);
            source.ifPresent(BatchSource::close);
            present.add(source.isPresent());
        }
        return present;
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(processes.folderOf(0))) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(processes.folderOf(0))) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private Path file(BlockId block) throws IOException {
        return files().stream()
                .filter(each -> each.getFileName().toString().equals(block.name() + ".arrow"))
                .findFirst()
                .orElseThrow();
    }
}
