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
import dev.quiver.block.memory.Reservation;
import dev.quiver.block.wire.BlockFrames.Answer;
import dev.quiver.block.wire.FrameReader;
import dev.quiver.exec.task.BlockWriter;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskBlocksTest {
    private static final BlockId BLOCK = cached(1, 0);
    private static final List<StorageLevel> LEVELS =
            List.of(StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY);

    @TempDir
    Path folder;

    private final MemoryBudget budget = new MemoryBudget(4 * BATCH_BYTES, 0.25);
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
        assertThat(budget.freeBytes()).isEqualTo(budget.totalBytes());
    }

    @Test
    void aBlockIsSeenByItsTaskAtOnceAndByOthersWhenTheTaskSucceeded() throws Exception {
        for (StorageLevel level : LEVELS) {
            BlockId block = cached(1, level.number());
            try (TaskBlocks task = manager.forTask();
                    TaskBlocks other = manager.forTask()) {
                assertThat(write(task.writer(block, level), longs(0))).isTrue();
                assertThat(rows(task.read(block))).isEqualTo(numbers(0, 1));
                assertThat(other.read(block)).isEmpty();
                assertThat(manager.local(block)).isEmpty();
                assertThat(answer(block)).isEqualTo(Answer.NOT_FOUND);
                assertThat(manager.drainUpdates()).isEmpty();
                task.publish();
                assertThat(rows(other.read(block))).isEqualTo(numbers(0, 1));
                assertThat(answer(block)).isEqualTo(Answer.BATCHES);
            }
            assertThat(manager.drainUpdates()).hasSize(1).noneMatch(BlockUpdate::isGone);
            assertThat(rows(manager.local(block))).isEqualTo(numbers(0, 1));
        }
    }

    @Test
    void aTaskThatFailsLeavesNoBlockBehind() throws Exception {
        for (StorageLevel level : LEVELS) {
            try (TaskBlocks failing = manager.forTask()) {
                write(failing.writer(BLOCK, level), longs(0));
            }
            assertThat(manager.local(BLOCK)).as("%s", level).isEmpty();
            assertThat(budget.storageBytes()).as("%s", level).isZero();
            try (TaskBlocks again = manager.forTask()) {
                assertThat(again.read(BLOCK)).isEmpty();
                assertThat(write(again.writer(BLOCK, level), longs(7))).isTrue();
                again.publish();
            }
            assertThat(rows(manager.local(BLOCK))).isEqualTo(numbers(7, 1));
            manager.remove(BLOCK);
        }
    }

    @Test
    void aSecondAttemptThatStoresTheSameBlockChangesNothing() throws Exception {
        try (TaskBlocks first = manager.forTask();
                TaskBlocks second = manager.forTask();
                TaskBlocks third = manager.forTask()) {
            write(first.writer(BLOCK, StorageLevel.MEMORY_ONLY), longs(0));
            assertThat(write(second.writer(BLOCK, StorageLevel.MEMORY_ONLY), longs(0)))
                    .isFalse();
            second.publish();
            assertThat(manager.local(BLOCK)).isEmpty();
            BlockWriter late = third.writer(BLOCK, StorageLevel.MEMORY_ONLY);
            late.write(longs(0));
            first.publish();
            assertThat(late.commit()).isTrue();
        }
        assertThat(rows(manager.local(BLOCK))).isEqualTo(numbers(0, 1));
        assertThat(budget.storageBytes()).isEqualTo(BATCH_BYTES);
    }

    @Test
    void aBlockThatIsEvictedBeforeItsTaskEndsIsPublishedFromDiskOrNotAtAll() throws Exception {
        for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK)) {
            try (TaskBlocks task = manager.forTask();
                    Reservation sort = budget.execution("sort")) {
                write(task.writer(BLOCK, level), longs(0), longs(125));
                assertThat(sort.tryGrow(3 * BATCH_BYTES)).isTrue();
                assertThat(manager.local(BLOCK)).isEmpty();
                assertThat(manager.drainUpdates()).isEmpty();
                assertThat(task.read(BLOCK).isPresent()).isEqualTo(level.usesDisk());
                task.publish();
            }
            assertThat(manager.drainUpdates())
                    .singleElement()
                    .satisfies(update -> assertThat(update.isGone()).isEqualTo(!level.usesDisk()));
        }
        assertThat(rows(manager.local(BLOCK))).isEqualTo(numbers(0, 2));
    }

    @Test
    void aDatasetThatIsDroppedMeanwhileIsNotPublished() throws Exception {
        try (TaskBlocks task = manager.forTask()) {
            write(task.writer(BLOCK, StorageLevel.MEMORY_ONLY), longs(0));
            manager.removeDataset(new DatasetId(1));
            task.publish();
        }
        assertThat(manager.local(BLOCK)).isEmpty();
        assertThat(budget.storageBytes()).isZero();
    }

    @Test
    void aWriterSaysWhenNothingMoreIsWanted() throws Exception {
        try (TaskBlocks task = manager.forTask()) {
            BlockWriter memory = task.writer(BLOCK, StorageLevel.MEMORY_ONLY);
            BlockWriter both = task.writer(cached(1, 1), StorageLevel.MEMORY_AND_DISK);
            for (int batch = 0; batch < 5; batch++) {
                assertThat(memory.isRefused()).isFalse();
                memory.write(longs(batch));
            }
            assertThat(memory.isRefused()).isTrue();
            assertThat(memory.commit()).isFalse();
            assertThat(budget.storageBytes()).isZero();
            for (int batch = 0; batch < 6; batch++) {
                both.write(longs(batch));
            }
            assertThat(both.isRefused()).isFalse();
            assertThat(both.commit()).isTrue();
        }
    }

    private Answer answer(BlockId block) throws Exception {
        byte[] bytes = Processes.answerOf(manager, block);
        return new FrameReader(new ByteArrayInputStream(bytes), 1 << 20).start();
    }
}
