package dev.quiver.shuffle.spill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.SickDisk;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillFolderTest {
    @TempDir
    Path temporary;

    private final TaskCounters counters = new TaskCounters();

    @Test
    void runsComeBackInTheOrderInWhichTheyWereWrittenAsOftenAsAsked() throws Exception {
        try (SpillFolder folder = folder()) {
            SpillFile file = open(folder);
            file.append(3, Exchange.longs(1, 2));
            file.append(0, Exchange.longs(10));
            file.append(3, Exchange.longs(3));
            file.append(3, Exchange.longs());
            for (int time = 0; time < 2; time++) {
                assertThat(rows(file.read(3))).containsExactly(1L, 2L, 3L);
                assertThat(rows(file.read(0))).containsExactly(10L);
                assertThat(rows(file.read(1))).isEmpty();
                assertThat(rows(file.read(99))).isEmpty();
            }
            assertThat(file.rows(3)).isEqualTo(3);
            assertThat(file.rows(99)).isZero();
            assertThat(file.bytes(3)).isEqualTo(24);
            assertThat(counters.snapshot(0).spilledBytes()).isPositive();
        }
    }

    @Test
    void nothingIsMadeUntilRowsComeAndNothingStaysBehind() throws Exception {
        SpillFolder folder = folder();
        SpillFile unused = open(folder);
        unused.close();
        assertThat(temporary.resolve("spill")).doesNotExist();
        SpillFile used = open(folder);
        used.append(0, Exchange.longs(1));
        BatchSource open = used.read(0);
        assertThat(folder.openFiles()).isEqualTo(1);
        used.close();
        used.close();
        assertThat(folder.openFiles()).isZero();
        assertThat(filesBelow(temporary)).isEmpty();
        assertThatThrownBy(open::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("is closed");
        SpillFile left = open(folder);
        left.append(0, Exchange.longs(1));
        folder.close();
        assertThat(temporary.resolve("spill")).doesNotExist();
    }

    @Test
    void flippedAndMissingBytesAreFoundBeforeARowIsUsed() throws Exception {
        try (SpillFolder folder = folder()) {
            SpillFile file = open(folder);
            long[] values = new Random(5).longs(400).toArray();
            file.append(0, Exchange.longs(values));
            Path path = filesBelow(temporary).get(0);
            long schemaEnd = Files.size(path) - 400 * 8;
            Random random = new Random(6);
            for (int round = 0; round < 50; round++) {
                long at = schemaEnd + random.nextInt(400 * 8);
                flip(path, at);
                assertThatThrownBy(() -> rows(file.read(0)))
                        .isInstanceOf(SpillDamaged.class)
                        .hasMessageContaining("has checksum")
                        .hasMessageContaining(path.toString());
                flip(path, at);
            }
            assertThat(rows(file.read(0))).hasSize(400);
            try (RandomAccessFile cut = new RandomAccessFile(path.toFile(), "rw")) {
                cut.setLength(schemaEnd);
            }
            assertThatThrownBy(() -> rows(file.read(0)))
                    .isInstanceOf(SpillDamaged.class)
                    .hasMessageContaining("cut short");
        }
    }

    @Test
    void rowsGoOnToAnotherDiskWhereverTheirsIsFull() throws Exception {
        List<Path> disks = List.of(temporary.resolve("first"), temporary.resolve("second"));
        SickDisk sick = new SickDisk();
        for (long free : new long[] {0, 100, 1_000, 5_000, 9_000}) {
            LocalFolders folders = LocalFolders.of(disks, Config.empty(), Clock.system());
            sick.free.put(disks.get(0), free);
            try (SpillFolder folder = folder(folders, sick)) {
                for (int number = 0; number < 2; number++) {
                    SpillFile file = open(folder);
                    List<Long> expected = new ArrayList<>();
                    for (long batch = 0; batch < 20; batch++) {
                        long[] values =
                                LongStream.range(batch * 100, batch * 100 + 100).toArray();
                        file.append(0, Exchange.longs(values));
                        Arrays.stream(values).forEach(expected::add);
                    }
                    assertThat(rows(file.read(0))).as("%d bytes free", free).isEqualTo(expected);
                }
                assertThat(filesBelow(disks.get(1))).isNotEmpty();
            }
            assertThat(filesBelow(temporary)).isEmpty();
        }
    }

    @Test
    void spillFilesAreSpreadOverTheDisks() throws Exception {
        List<Path> disks = List.of(temporary.resolve("first"), temporary.resolve("second"));
        try (SpillFolder folder = folder(LocalFolders.of(disks, Config.empty(), Clock.system()), Disk.system())) {
            for (int number = 0; number < 6; number++) {
                open(folder).append(0, Exchange.longs(number));
            }
            assertThat(filesBelow(disks.get(0))).hasSize(3);
            assertThat(filesBelow(disks.get(1))).hasSize(3);
        }
    }

    private SpillFolder folder() {
        return folder(LocalFolders.of(temporary.resolve("spill")), Disk.system());
    }

    private static SpillFolder folder(LocalFolders folders, Disk disk) {
        return new SpillFolder(folders, new ArrowBatches(), Exchange.compression(Exchange.SETTINGS), disk, 2);
    }

    private SpillFile open(SpillFolder folder) {
        return folder.open(Exchange.task(4, 0, 0), "sortByKey", counters);
    }

    private static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 0x10);
        }
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static List<Long> rows(BatchSource source) throws Exception {
        List<Long> rows = new ArrayList<>();
        for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
            Exchange.objects(batch).forEach(row -> rows.add((Long) row));
        }
        source.close();
        return rows;
    }
}
