package dev.quiver.block;

import static dev.quiver.block.Processes.executor;
import static dev.quiver.block.Sample.cached;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.StorageLevel;
import dev.quiver.StoredDataset.OnExecutor;
import dev.quiver.id.DatasetId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BlockRegistryTest {
    private final BlockRegistry registry = new BlockRegistry();

    @Test
    void namesHoldersThatHaveTheBlockInMemoryFirst() {
        registry.update(
                executor(1),
                new BlockUpdate(cached(1, 0), StorageLevel.DISK_ONLY, true, OptionalLong.empty(), OptionalLong.of(10)));
        registry.update(
                executor(2),
                new BlockUpdate(
                        cached(1, 0), StorageLevel.MEMORY_ONLY, true, OptionalLong.of(0), OptionalLong.empty()));
        assertThat(registry.holders(new DatasetId(1), 0)).containsExactly(executor(2), executor(1));
        assertThat(registry.holders(new DatasetId(1), 1)).isEmpty();
    }

    @Test
    void namesTheHoldersNearestToAReaderFirstAndThoseWithTheBlockInMemoryBeforeOthersThere() {
        for (int executor = 1; executor <= 6; executor++) {
            registry.executorAdded(executor(executor), executor % 2 == 0 ? "even" : "odd");
        }
        inMemory(1, 0);
        onDisk(2, 0);
        onDisk(3, 0);
        inMemory(4, 0);
        onDisk(6, 0);
        assertThat(registry.holders(cached(1, 0), executor(6)))
                .as("itself, its host, others; memory before disk")
                .containsExactly(executor(6), executor(4), executor(2), executor(1), executor(3));
        assertThat(registry.holders(cached(1, 0), executor(5)))
                .containsExactly(executor(1), executor(3), executor(4), executor(2), executor(6));
        assertThat(registry.holders(cached(1, 0), executor(9)))
                .as("of a reader whose host nobody knows")
                .containsExactly(executor(1), executor(4), executor(2), executor(3), executor(6));
        registry.removeExecutor(executor(5));
        assertThat(registry.holders(cached(1, 0), executor(5)))
                .as("of one that is gone")
                .containsExactly(executor(1), executor(4), executor(2), executor(3), executor(6));
    }

    @Test
    void forgetsAHolderThatSaysTheBlockIsGone() {
        inMemory(1, 0);
        registry.update(executor(1), BlockUpdate.gone(cached(1, 0)));
        assertThat(registry.holders(cached(1, 0))).isEmpty();
        assertThat(registry.blockCount(executor(1))).isZero();
    }

    @Test
    void reportsTheBlocksThatWereLostWithAnExecutor() {
        inMemory(1, 0);
        inMemory(1, 1);
        inMemory(2, 1);
        assertThat(registry.removeExecutor(executor(1))).containsExactly(cached(1, 0));
        assertThat(registry.holders(cached(1, 1))).containsExactly(executor(2));
        assertThat(registry.removeExecutor(executor(1))).isEmpty();
    }

    @Test
    void tellsWhoHeldPartsOfADatasetThatIsNoLongerCached() {
        inMemory(1, 0);
        inMemory(2, 1);
        assertThat(registry.removeDataset(new DatasetId(1))).containsExactly(executor(1), executor(2));
        assertThat(registry.holders(cached(1, 0))).isEmpty();
        assertThat(registry.blockCount(executor(2))).isZero();
        assertThat(registry.removeExecutor(executor(1))).isEmpty();
    }

    @Test
    void addsUpWhatIsKeptOfADatasetAndHowOftenItHadToLeaveMemory() {
        inMemory(1, 0);
        inMemory(2, 0);
        inMemory(2, 1);
        registry.update(
                executor(2),
                new BlockUpdate(
                        cached(1, 1), StorageLevel.MEMORY_AND_DISK, false, OptionalLong.empty(), OptionalLong.of(12)));
        assertThat(registry.kept())
                .isEqualTo(Map.of(
                        new DatasetId(1),
                        new DatasetBlocks(
                                2,
                                1,
                                List.of(
                                        new OnExecutor(executor(1).toString(), 1, 0, 8, 0),
                                        new OnExecutor(executor(2).toString(), 1, 1, 8, 12)))));
        registry.removeExecutor(executor(2));
        registry.update(executor(1), BlockUpdate.gone(cached(1, 0)));
        assertThat(registry.kept()).isEqualTo(Map.of(new DatasetId(1), new DatasetBlocks(0, 2, List.of())));
        registry.removeDataset(new DatasetId(1));
        registry.update(executor(1), BlockUpdate.gone(cached(1, 0)));
        assertThat(registry.kept()).isEmpty();
    }

    private void onDisk(int executor, int partition) {
        registry.update(
                executor(executor),
                new BlockUpdate(
                        cached(1, partition), StorageLevel.DISK_ONLY, true, OptionalLong.empty(), OptionalLong.of(8)));
    }

    private void inMemory(int executor, int partition) {
        registry.update(
                executor(executor),
                new BlockUpdate(
                        cached(1, partition),
                        StorageLevel.MEMORY_ONLY,
                        true,
                        OptionalLong.of(8),
                        OptionalLong.empty()));
    }
}
