package dev.quiver.block;

import static dev.quiver.block.Sample.cached;
import static dev.quiver.block.Sample.longs;
import static dev.quiver.block.Sample.numbers;
import static dev.quiver.block.Sample.rows;
import static dev.quiver.block.Sample.text;
import static dev.quiver.block.Sample.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.StorageLevel;
import dev.quiver.block.folder.LocalFolders;
import dev.quiver.block.folder.SteppedClock;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks on two disks of which one fails. */
class SeveralDisksTest {
    private static final BlockId BLOCK = cached(1, 0);

    @TempDir
    Path temporary;

    /** Room for nothing. */
    private final MemoryBudget budget = new MemoryBudget(10, 0.5);

    private final SteppedClock clock = new SteppedClock();
    private final FaultyDisk faults = new FaultyDisk();
    private List<Path> disks;
    private BlockManager manager;

    @BeforeEach
    void start() {
        disks = List.of(temporary.resolve("first"), temporary.resolve("second"));
        DiskFolder folder = new DiskFolder(LocalFolders.of(disks, Config.empty(), clock), faults);
        manager = new BlockManager(
                new ExecutorId("0", 0),
                Processes.settings(),
                budget,
                folder,
                new ArrowBatches(),
                block -> List.of(),
                (from, block) -> {
                    throw new IOException("nobody else is here");
                },
                pause -> {});
    }

    @AfterEach
    void nothingIsLeft() {
        manager.close();
        assertThat(disks).noneMatch(Files::exists);
        assertThat(budget.ledger()).isEmpty();
    }

    private List<Path> files(Path disk) throws IOException {
        if (!Files.exists(disk)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(disk)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private Path diskOf(String start) throws IOException {
        for (Path disk : disks) {
            if (files(disk).stream()
                    .anyMatch(file -> file.getFileName().toString().startsWith(start))) {
                return disk;
            }
        }
        throw new AssertionError("no disk has a file " + start + "…");
    }

    private Path other(Path disk) {
        return disks.get(0).equals(disk) ? disks.get(1) : disks.get(0);
    }

    private boolean store(BlockId block) throws Exception {
        return write(manager.writer(block, StorageLevel.DISK_ONLY), longs(0), longs(125), longs(250), longs(375));
    }

    @Test
    void spreadsBlocksOverDisksAndSubFoldersThatOnlyTheirUserMayEnter() throws Exception {
        for (int partition = 0; partition < 200; partition++) {
            assertThat(store(cached(1, partition))).isTrue();
        }
        for (Path disk : disks) {
            assertThat(files(disk)).hasSizeBetween(60, 140);
            assertThat(files(disk).stream().map(Path::getParent).distinct()).hasSizeBetween(35, 64);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk)))
                    .isEqualTo("rwx------");
        }
        for (int partition = 0; partition < 200; partition++) {
            assertThat(rows(manager.local(cached(1, partition)))).isEqualTo(numbers(0, 4));
        }
    }

    @Test
    void aBlockMovesToTheOtherDiskWhereverItsOwnIsFull() throws Exception {
        store(BLOCK);
        Path own = diskOf("cached_1_0");
        long length = Files.size(files(own).get(0));
        manager.remove(BLOCK);
        for (long free = 0; free < length; free += 97) {
            clock.pass(Duration.ofMinutes(10));
            faults.free.put(own, free);
            assertThat(store(BLOCK)).as("%d bytes free", free).isTrue();
            assertThat(files(own)).as("%d bytes free", free).isEmpty();
            assertThat(files(other(own))).hasSize(1);
            assertThat(rows(manager.local(BLOCK))).as("%d bytes free", free).isEqualTo(numbers(0, 4));
            manager.remove(BLOCK);
        }
    }

    @Test
    void aBlockOfSeveralShapesMovesToo() throws Exception {
        faults.free.put(disks.get(0), 700L);
        faults.free.put(disks.get(1), 1_000_000L);
        for (int partition = 0; partition < 10; partition++) {
            clock.pass(Duration.ofMinutes(10));
            faults.free.put(disks.get(0), 700L + 100 * partition);
            BlockId block = cached(1, partition);
            assertThat(write(manager.writer(block, StorageLevel.DISK_ONLY), longs(0), text("a"), longs(125), text("b")))
                    .isTrue();
            List<Object> expected = new ArrayList<>(numbers(0, 1));
            expected.add("a");
            expected.addAll(numbers(125, 1));
            expected.add("b");
            assertThat(rows(manager.local(block))).isEqualTo(expected);
        }
    }

    @Test
    void aFullDiskIsLeftAloneUntilItsRestIsOver() throws Exception {
        store(BLOCK);
        Path own = diskOf("cached_1_0");
        manager.remove(BLOCK);
        faults.free.put(own, 0L);
        store(BLOCK);
        manager.remove(BLOCK);
        faults.free.clear();
        store(BLOCK);
        assertThat(diskOf("cached_1_0")).isEqualTo(other(own));
        manager.remove(BLOCK);
        clock.pass(Duration.ofMinutes(10));
        store(BLOCK);
        assertThat(diskOf("cached_1_0")).isEqualTo(own);
    }

    @Test
    void aBlockIsRefusedWithoutHarmWhenBothDisksAreFull() throws Exception {
        disks.forEach(disk -> faults.free.put(disk, 1_000L));
        assertThat(store(BLOCK)).isFalse();
        assertThat(manager.local(BLOCK)).isEmpty();
        assertThat(files(temporary)).isEmpty();
        faults.free.clear();
        assertThat(store(BLOCK)).as("the disks have room again").isTrue();
    }

    @Test
    void whatADiskCannotReadIsReportedLostAndWrittenToTheOther() throws Exception {
        store(BLOCK);
        Path own = diskOf("cached_1_0");
        manager.drainUpdates();
        faults.unreadable.put(own, "Input/output error");
        assertThat(manager.local(BLOCK)).isEmpty();
        assertThat(manager.drainUpdates()).singleElement().satisfies(update -> {
            assertThat(update.block()).isEqualTo(BLOCK);
            assertThat(update.isGone()).isTrue();
        });
        assertThat(store(BLOCK)).isTrue();
        assertThat(diskOf("cached_1_0")).isEqualTo(other(own));
        assertThat(rows(manager.local(BLOCK))).isEqualTo(numbers(0, 4));
    }

    @Test
    void aDiskThatFailsInTheMiddleOfABlockFailsItsReaderAndLosesTheBlock() throws Exception {
        store(BLOCK);
        try (BatchSource reading = manager.local(BLOCK).orElseThrow()) {
            assertThat(reading.next().rows()).isEqualTo(Sample.ROWS);
            faults.unreadable.put(diskOf("cached_1_0"), "Input/output error");
            assertThatThrownBy(reading::next).isInstanceOf(IOException.class).hasMessageContaining("Input/output");
        }
        assertThat(manager.local(BLOCK)).isEmpty();
    }

    @Test
    void theBlocksOfAFolderThatIsGoneAreLostAndTheOthersStay() throws Exception {
        for (int partition = 0; partition < 20; partition++) {
            store(cached(1, partition));
        }
        removeBehindItsBack(disks.get(0));
        int left = 0;
        for (int partition = 0; partition < 20; partition++) {
            BlockId block = cached(1, partition);
            if (manager.local(block)
                    .map(source -> {
                        source.close();
                        return true;
                    })
                    .orElse(false)) {
                left++;
            } else {
                assertThat(store(block)).isTrue();
            }
            assertThat(rows(manager.local(block))).isEqualTo(numbers(0, 4));
        }
        assertThat(left).isBetween(1, 19);
    }

    @Test
    void aValueThatFitsNowhereInMemoryGoesToTheDiskThatTakesIt() throws Exception {
        Path taken = Files.writeString(disks.get(0), "a file where the folder should be");
        for (int chunk = 0; chunk < 10; chunk++) {
            BlockId block = new BlockId.BroadcastChunk(new BroadcastId(4), chunk);
            manager.putBlob(block, new byte[] {(byte) chunk, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
            assertThat(manager.localBlob(block).orElseThrow()).startsWith(chunk).hasSize(12);
        }
        assertThat(files(disks.get(1))).hasSize(10);
        Files.delete(taken);
        manager.removeBroadcast(new BroadcastId(4));
        assertThat(files(disks.get(1))).isEmpty();
    }

    private static void removeBehindItsBack(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
