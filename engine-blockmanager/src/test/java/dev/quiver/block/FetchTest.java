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
import dev.quiver.config.Config;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {
    private static final BlockId BLOCK = cached(1, 0);
    private static final BlockId RESULT =
            new BlockId.TaskResult(new TaskAttempt(new StageAttempt(new StageId(3), 1), 5, 2));

    @TempDir
    Path folder;

    private final MemoryBudget readersBudget = new MemoryBudget(10 * BATCH_BYTES, 0.5);
    private Processes processes;
    private BlockManager first;
    private BlockManager second;
    private BlockManager reader;

    @BeforeEach
    void start() throws Exception {
        processes = new Processes(folder);
        first = processes.start(1, new MemoryBudget(1 << 20, 0.5));
        second = processes.start(2, new MemoryBudget(1 << 20, 0.5));
        reader = processes.start(3, readersBudget);
    }

    @AfterEach
    void nothingIsHeld() {
        processes.close();
        assertThat(readersBudget.freeBytes()).isEqualTo(readersBudget.totalBytes());
    }

    @Test
    void readsWhatAnotherProcessHasInMemoryOrOnDisk() throws Exception {
        write(first.writer(BLOCK, StorageLevel.MEMORY_ONLY), longs(0), longs(125));
        write(first.writer(cached(1, 1), StorageLevel.DISK_ONLY), longs(7), Sample.text("x"), longs(8));
        processes.report();
        assertThat(rows(reader.read(BLOCK))).isEqualTo(numbers(0, 2));
        assertThat(rows(reader.read(cached(1, 1)))).hasSize(251);
        assertThat(reader.read(cached(1, 2))).isEmpty();
    }

    @Test
    void asksTheNextHolderWhenOneFails() throws Exception {
        storeOnBoth();
        processes.network = (from, block, answer) -> {
            if (from.equals(Processes.executor(1))) {
                throw new IOException("connection reset");
            }
            return answer;
        };
        assertThat(rows(reader.read(BLOCK))).isEqualTo(numbers(0, 1));
        assertThat(processes.requests).isEqualTo(2);
        assertThat(processes.pauses).isEmpty();
    }

    @Test
    void triesAgainAfterAPauseThatGrowsAndThenCountsTheBlockAsLost() throws Exception {
        storeOnBoth();
        processes.network = (from, block, answer) -> {
            throw new IOException("connection reset");
        };
        assertThat(reader.read(BLOCK)).isEmpty();
        assertThat(processes.requests).isEqualTo(6);
        assertThat(processes.pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void doesNotAskAgainWhenEveryHolderHasDroppedTheBlock() throws Exception {
        storeOnBoth();
        first.remove(BLOCK);
        second.remove(BLOCK);
        assertThat(reader.read(BLOCK)).isEmpty();
        assertThat(processes.requests).isEqualTo(2);
    }

    @Test
    void usesNoRowOfAnAnswerThatIsDamagedOrCutAnywhere() throws Exception {
        storeOnBoth();
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            AtomicInteger faults = new AtomicInteger();
            processes.network = (from, block, answer) -> {
                if (faults.getAndIncrement() > 0) {
                    return answer;
                }
                if (random.nextBoolean()) {
                    return Arrays.copyOf(answer, random.nextInt(answer.length));
                }
                answer[random.nextInt(answer.length)] ^= (byte) (1 << random.nextInt(8));
                return answer;
            };
            Optional<BatchSource> found = reader.read(BLOCK);
            if (found.isPresent()) {
                assertThat(rows(found)).as("seed %d", seed).isEqualTo(numbers(0, 1));
            }
            assertThat(readersBudget.storageBytes()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void doesNotSendABlockThatIsDamagedOnDisk() throws Exception {
        write(first.writer(BLOCK, StorageLevel.DISK_ONLY), longs(0));
        processes.report();
        try (var walk = java.nio.file.Files.walk(processes.folderOf(1))) {
            Path file =
                    walk.filter(java.nio.file.Files::isRegularFile).findFirst().orElseThrow();
            byte[] bytes = java.nio.file.Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            java.nio.file.Files.write(file, bytes);
        }
        assertThat(reader.read(BLOCK)).isEmpty();
        processes.report();
        assertThat(processes.registry.holders(BLOCK)).isEmpty();
    }

    @Test
    void holdsMemoryForAFetchedBlockUntilItIsClosed() throws Exception {
        storeOnBoth();
        try (BatchSource source = reader.read(BLOCK).orElseThrow()) {
            assertThat(readersBudget.ledger()).containsEntry("fetched block cached_1_0", BATCH_BYTES);
            assertThat(source.next()).isNotNull();
        }
        assertThat(readersBudget.storageBytes()).isZero();
    }

    @Test
    void takesABlockThatDoesNotFitIntoMemoryThroughTheDisk() throws Exception {
        storeTwelveBatches();
        try (BatchSource source = reader.read(BLOCK).orElseThrow()) {
            assertThat(readersBudget.storageBytes()).isZero();
            assertThat(filesOfTheReader()).isEqualTo(1);
            assertThat(source.next().rows()).isEqualTo(Sample.ROWS);
        }
        assertThat(filesOfTheReader()).isZero();
        assertThat(rows(reader.read(BLOCK))).isEqualTo(numbers(0, 12));
        assertThat(reader.local(BLOCK)).as("stored").isEmpty();
        assertThat(filesOfTheReader()).isZero();
    }

    @Test
    void evictsNothingForABlockOfAnotherProcessThatItOnlyReads() throws Exception {
        storeOnBoth();
        for (int partition = 0; partition < 5; partition++) {
            write(reader.writer(cached(2, partition), StorageLevel.MEMORY_ONLY), longs(0), longs(125));
        }
        assertThat(readersBudget.freeBytes()).isZero();
        try (BatchSource source = reader.read(BLOCK).orElseThrow()) {
            assertThat(filesOfTheReader()).isEqualTo(1);
            assertThat(source.next()).isNotNull();
        }
        for (int partition = 0; partition < 5; partition++) {
            assertThat(rows(reader.local(cached(2, partition)))).isEqualTo(numbers(0, 2));
        }
        reader.removeDataset(new DatasetId(2));
    }

    @Test
    void takesALargeBlockThroughTheDiskThoughThereBeRoom() throws Exception {
        processes.settings = BlockSettings.of(Config.of(Map.of("quiver.block.fetch.maxInMemory", "3000")));
        MemoryBudget plenty = new MemoryBudget(1 << 20, 0.5);
        BlockManager careful = processes.start(4, plenty);
        storeTwelveBatches();
        write(second.writer(cached(1, 1), StorageLevel.MEMORY_ONLY), longs(0), longs(125), longs(250));
        processes.report();
        try (BatchSource large = careful.read(BLOCK).orElseThrow();
                BatchSource small = careful.read(cached(1, 1)).orElseThrow()) {
            assertThat(plenty.ledger()).containsOnly(Map.entry("fetched block cached_1_1", 3 * BATCH_BYTES));
        }
        assertThat(rows(careful.read(BLOCK))).isEqualTo(numbers(0, 12));
        assertThat(plenty.freeBytes()).isEqualTo(plenty.totalBytes());
    }

    @Test
    void countsABlockThatFitsNeitherIntoMemoryNorOnDiskAsLost() throws Exception {
        storeTwelveBatches();
        Files.writeString(processes.folderOf(3), "a file where the folder should be");
        assertThat(reader.read(BLOCK)).isEmpty();
        assertThat(processes.requests).isEqualTo(1);
    }

    @Test
    void leavesNoFileOfABlockThatWasCutOff() throws Exception {
        storeTwelveBatches();
        processes.network = (from, block, answer) -> Arrays.copyOf(answer, answer.length - 100);
        assertThat(reader.read(BLOCK)).isEmpty();
        assertThat(filesOfTheReader()).isZero();
    }

    @Test
    void copiesABlockOfAnotherProcessAndTellsThatItIsHere() throws Exception {
        storeOnBoth();
        reader.copy(BLOCK, StorageLevel.DISK_ONLY_3).run();
        assertThat(reader.drainUpdates()).singleElement().satisfies(update -> {
            assertThat(update.isGone()).isFalse();
            assertThat(update.level()).isEqualTo(StorageLevel.DISK_ONLY_3);
        });
        assertThat(rows(reader.local(BLOCK))).isEqualTo(numbers(0, 1));
    }

    @Test
    void tellsThatABlockIsNotHereWhenItCouldNotBeCopied() throws Exception {
        storeTwelveBatches();
        reader.copy(BLOCK, StorageLevel.MEMORY_ONLY_2).run();
        assertThat(reader.drainUpdates()).containsExactly(BlockUpdate.gone(BLOCK));
        reader.copy(cached(9, 9), StorageLevel.MEMORY_ONLY_2).run();
        assertThat(reader.drainUpdates()).containsExactly(BlockUpdate.gone(cached(9, 9)));
    }

    @Test
    void copiesNothingOfADatasetThatWasDroppedAfterItWasAskedTo() throws Exception {
        storeOnBoth();
        BlockCopy dataset = reader.copy(BLOCK, StorageLevel.MEMORY_ONLY_2);
        reader.removeDataset(new DatasetId(1));
        dataset.run();
        BlockCopy block = reader.copy(BLOCK, StorageLevel.MEMORY_ONLY_2);
        reader.remove(BLOCK);
        block.run();
        assertThat(reader.local(BLOCK)).isEmpty();
        assertThat(processes.requests).isZero();
        assertThat(readersBudget.storageBytes()).isZero();
    }

    private void storeTwelveBatches() throws Exception {
        var batches = new dev.quiver.exec.column.ColumnBatch[12];
        Arrays.setAll(batches, index -> longs((long) index * Sample.ROWS));
        write(first.writer(BLOCK, StorageLevel.MEMORY_ONLY), batches);
        processes.report();
    }

    private long filesOfTheReader() throws IOException {
        if (!Files.exists(processes.folderOf(3))) {
            return 0;
        }
        try (var walk = Files.walk(processes.folderOf(3))) {
            return walk.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void fetchesALargeResultFromTheExecutorThatHasIt() throws Exception {
        byte[] result = new byte[3_000_000];
        new Random(1).nextBytes(result);
        first.putBlob(RESULT, result);
        assertThat(reader.fetchBlob(Processes.executor(1), RESULT))
                .hasValueSatisfying(
                        bytes -> assertThat(Arrays.equals(bytes, result)).isTrue());
        first.remove(RESULT);
        assertThat(reader.fetchBlob(Processes.executor(1), RESULT)).isEmpty();
    }

    @Test
    void keepsABlobOnDiskWhenThereIsNoRoomInMemory() throws Exception {
        byte[] large = new byte[(int) (11 * BATCH_BYTES)];
        new Random(2).nextBytes(large);
        reader.putBlob(RESULT, large);
        assertThat(readersBudget.storageBytes()).isZero();
        assertThat(reader.fetchBlob(Processes.executor(1), RESULT))
                .hasValueSatisfying(
                        bytes -> assertThat(Arrays.equals(bytes, large)).isTrue());
        assertThat(first.fetchBlob(Processes.executor(3), RESULT)).isPresent();
        reader.remove(RESULT);
        assertThat(reader.fetchBlob(Processes.executor(1), RESULT)).isEmpty();
    }

    private void storeOnBoth() throws Exception {
        write(first.writer(BLOCK, StorageLevel.MEMORY_ONLY), longs(0));
        write(second.writer(BLOCK, StorageLevel.DISK_ONLY), longs(0));
        processes.report();
    }
}
