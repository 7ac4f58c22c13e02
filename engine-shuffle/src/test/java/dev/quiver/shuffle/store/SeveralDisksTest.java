package dev.quiver.shuffle.store;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.read;
import static dev.quiver.shuffle.Exchange.wanted;
import static dev.quiver.shuffle.Exchange.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.config.Config;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.SickDisk;
import dev.quiver.shuffle.format.DiskFull;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.format.SegmentVerifier;
import dev.quiver.task.MapVersion;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shuffle files on two disks of which one fails. */
class SeveralDisksTest {
    private static final int REDUCERS = 4;
    private static final int ROWS = 2_000;

    @TempDir
    Path temporary;

    private final SickDisk disk = new SickDisk();
    private Path first;
    private Path second;

    @BeforeEach
    void name() {
        first = temporary.resolve("first");
        second = temporary.resolve("second");
    }

    private ShuffleStore store(SegmentOptions options) {
        LocalFolders folders = LocalFolders.of(List.of(first, second), Config.empty(), Clock.system());
        return Exchange.store(folders.below("shuffle"), Durability.FILES, SETTINGS, options, disk);
    }

    private static MapVersion map(int number) {
        return new MapVersion(number, 0, 0);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private static void assertAllRows(ShuffleStore store, int maps) throws Exception {
        for (int number = 0; number < maps; number++) {
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                assertThat(read(store, reduce, map(number)))
                        .as("map %d, reduce %d", number, reduce)
                        .containsExactlyInAnyOrderElementsOf(expected(map(number), reduce, ROWS));
            }
        }
    }

    @Test
    void lanesAreSpreadOverTheDisks() throws Exception {
        try (ShuffleStore store = store(OPTIONS)) {
            write(store, map(0), REDUCERS, ROWS);
            assertThat(files(first)).hasSize(2);
            assertThat(files(second)).hasSize(2);
            assertAllRows(store, 1);
        }
        assertThat(files(temporary)).isEmpty();
    }

    @Test
    void aDiskThatFillsUpKeepsWhatItHasAndTheRestGoesToTheOther() throws Exception {
        long before;
        for (long free : new long[] {0, 1, 100, 9_000, 40_000, 70_000}) {
            disk.free.put(first, free);
            try (ShuffleStore store = store(OPTIONS)) {
                for (int number = 0; number < 3; number++) {
                    write(store, map(number), REDUCERS, ROWS);
                }
                assertAllRows(store, 3);
                store.seal(SHUFFLE);
                assertAllRows(store, 3);
                before = disk.free.get(first);
                disk.free.put(first, Long.MAX_VALUE);
                write(store, map(3), REDUCERS, ROWS);
                assertThat(Long.MAX_VALUE - disk.free.get(first))
                        .as("a disk that was full gets nothing new, %d of %d bytes", before, free)
                        .isZero();
                assertAllRows(store, 4);
                for (Path file : files(temporary)) {
                    if (file.toString().endsWith(".arrow")) {
                        new SegmentVerifier(disk).verify(file);
                    }
                }
            }
            assertThat(files(temporary)).isEmpty();
        }
    }

    @Test
    void aFullDiskIsNoHindranceWhereAFileIsFinishedAndTheNextBegun() throws Exception {
        SegmentOptions small =
                new SegmentOptions(OPTIONS.application(), OPTIONS.executor(), false, 12_000, 4, OPTIONS.setting());
        for (long free = 30_000; free < 36_000; free += 371) {
            disk.free.put(first, free);
            try (ShuffleStore store = store(small)) {
                write(store, map(0), REDUCERS, ROWS);
                write(store, map(1), REDUCERS, ROWS);
                assertAllRows(store, 2);
            }
        }
    }

    @Test
    void bothDisksFullIsTheTypedErrorOfOne() throws Exception {
        try (ShuffleStore store = store(OPTIONS)) {
            write(store, map(0), REDUCERS, ROWS);
            disk.free.put(first, 500L);
            disk.free.put(second, 500L);
            assertThatThrownBy(() -> write(store, map(1), REDUCERS, ROWS))
                    .isInstanceOf(DiskFull.class)
                    .hasMessageContaining(temporary.toString());
            assertAllRows(store, 1);
            disk.free.clear();
            write(store, map(1), REDUCERS, ROWS);
            assertAllRows(store, 2);
        }
    }

    @Test
    void aFolderThatBecameReadOnlyIsReadAndTheOtherWritten() throws Exception {
        try (ShuffleStore store = store(OPTIONS)) {
            write(store, map(0), REDUCERS, ROWS);
            int before = files(first).size();
            disk.readOnly.add(first);
            write(store, map(1), REDUCERS, ROWS);
            assertAllRows(store, 2);
            assertThat(files(first)).hasSize(before);
        }
    }

    @Test
    void whatADiskCannotReadIsTypedAndItsMapWrittenAgainElsewhere() throws Exception {
        try (ShuffleStore store = store(OPTIONS)) {
            write(store, map(0), REDUCERS, ROWS);
            store.files().closeUnder(temporary);
            disk.broken.put(first, "Input/output error");
            int lost = 0;
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                try (PartitionView view = store.read(SHUFFLE, reduce, wanted(map(0)), 0)) {
                    StoredChunk.InFile chunk =
                            (StoredChunk.InFile) view.chunks().get(0);
                    if (chunk.file().path().startsWith(first)) {
                        lost++;
                        assertThatThrownBy(() -> view.message(chunk))
                                .isInstanceOf(ChunkDamaged.class)
                                .hasMessageContaining("cannot be read: Input/output error");
                    } else {
                        assertThat(view.message(chunk)).isNotEmpty();
                    }
                }
            }
            assertThat(lost).isEqualTo(2);
            MapVersion again = new MapVersion(0, 1, 0);
            write(store, again, REDUCERS, ROWS);
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                assertThat(read(store, reduce, again))
                        .containsExactlyInAnyOrderElementsOf(expected(again, reduce, ROWS));
            }
            disk.broken.clear();
        }
    }

    @Test
    void aDiskThatFailsKeepsNoFilesOfTheOtherWhenAShuffleIsRemoved() throws Exception {
        try (ShuffleStore store = store(OPTIONS)) {
            write(store, map(0), REDUCERS, ROWS);
            disk.broken.put(first, "Input/output error");
            assertThatThrownBy(() -> store.remove(SHUFFLE)).hasMessageContaining("Input/output error");
            assertThat(files(second)).isEmpty();
            disk.broken.clear();
        }
        assertThat(files(temporary)).isEmpty();
    }
}
