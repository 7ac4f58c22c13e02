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
