package dev.quiver.shuffle.store;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.load;
import static dev.quiver.shuffle.Exchange.longs;
import static dev.quiver.shuffle.Exchange.read;
import static dev.quiver.shuffle.Exchange.rows;
import static dev.quiver.shuffle.Exchange.wanted;
import static dev.quiver.shuffle.Exchange.write;
import static dev.quiver.shuffle.Exchange.writer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.LimitedDisk;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.DiskFull;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShuffleStoreTest {
    private static final MapVersion FIRST = new MapVersion(0, 0, 0);
    private static final MapVersion SECOND = new MapVersion(1, 0, 0);

    @TempDir
    Path folder;

    private Path root() {
        return folder.resolve("executor");
    }

    private static long files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void nothingIsVisibleBeforeTheCommitAndAllOfItAfter() throws Exception {
        for (Durability durability : Durability.values()) {
            try (ShuffleStore store = Exchange.store(root(), durability)) {
                MapOutputWriter writer = writer(store, FIRST, 2);
                writer.write(0, rows(FIRST, 0, 2000));
                writer.write(1, rows(FIRST, 1, 3));
                try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST), 0)) {
                    assertThat(view.known()).isEmpty();
                }
                MapOutput output = writer.commit();
                writer.close();
                assertThat(output.rows()).isEqualTo(2003);
                assertThat(output.version()).isEqualTo(FIRST);
                assertThat(BlockSizes.decode(output.sizes()[0])).isBetween(16_000L, 17_700L);
                assertThat(read(store, 0, FIRST)).containsExactlyInAnyOrderElementsOf(expected(FIRST, 0, 2000));
                assertThat(read(store, 1, FIRST)).containsExactlyInAnyOrderElementsOf(expected(FIRST, 1, 3));
                assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void anAbortedAttemptLeavesNothingThatIsRead() throws Exception {
        for (Durability durability : Durability.values()) {
            try (ShuffleStore store = Exchange.store(root(), durability)) {
                MapVersion loser = new MapVersion(0, 0, 1);
                try (MapOutputWriter writer = writer(store, loser, 1)) {
                    writer.write(0, rows(loser, 0, 600));
                    for (int index = 0; index < 200; index++) {
                        writer.write(0, rows(loser, 0, 10));
                    }
                }
                assertThat(store.memoryBytes()).isZero();
                write(store, FIRST, 1, 10);
                assertThat(read(store, 0, FIRST)).containsExactlyElementsOf(new ArrayList<>(expected(FIRST, 0, 10)));
                try (PartitionView view = store.read(SHUFFLE, 0, wanted(loser), 0)) {
                    assertThat(view.known()).isEmpty();
                }
            }
        }
    }

    @Test
    void manySmallMapsAndReducersBecomeFewChunksAndFewFiles() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            WantedVersions.Builder all = new WantedVersions.Builder();
            for (int map = 0; map < 200; map++) {
                write(store, new MapVersion(map, 0, 0), 200, 2);
                all.add(map, 0, 0);
            }
            int chunks = 0;
            for (int reduce = 0; reduce < 200; reduce++) {
                List<Object> rows = new ArrayList<>();
                try (PartitionView view = store.read(SHUFFLE, reduce, all.build(), 0)) {
                    assertThat(view.known()).hasSize(200);
                    chunks += view.chunks().size();
                    for (StoredChunk chunk : view.chunks()) {
                        rows.addAll(Exchange.objects(load(view, chunk)));
                    }
                }
                List<Object> wanted = new ArrayList<>();
                for (int map = 0; map < 200; map++) {
                    wanted.addAll(expected(new MapVersion(map, 0, 0), reduce, 2));
                }
                assertThat(rows).containsExactlyInAnyOrderElementsOf(wanted);
            }
            assertThat(chunks).isBetween(200, 200 * 8);
            assertThat(files(root())).isLessThanOrEqualTo(4);
            assertThat(store.openFiles()).isLessThanOrEqualTo(4);
            assertThat(store.openBytes()).isZero();
        }
        assertThat(root()).doesNotExist();
    }

    @Test
    void memoryHoldsChunksByReferenceUntilItIsFullAndFilesTakeTheRest() throws Exception {
        ShuffleSettings tight = ShuffleSettings.of(Config.empty().with(ShuffleSettings.CHUNK_TARGET, Bytes.kibi(4)))
                .withMemoryMaxBytes(20 << 10);
        try (ShuffleStore store = Exchange.store(root(), Durability.MEMORY, tight, Disk.system())) {
            ColumnBatch large = rows(FIRST, 0, 1500);
            try (MapOutputWriter writer = writer(store, FIRST, 1)) {
                writer.write(0, large);
                writer.commit();
            }
            assertThat(files(root())).isZero();
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST), 0)) {
                assertThat(load(view, view.chunks().get(0))).isSameAs(large);
            }
            write(store, SECOND, 1, 4000);
            assertThat(store.memoryBytes()).isLessThanOrEqualTo(20 << 10);
            assertThat(store.fileBytes()).isGreaterThan(32_000);
            assertThat(read(store, 0, SECOND)).containsExactlyInAnyOrderElementsOf(expected(SECOND, 0, 4000));
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(SECOND), 0)) {
                assertThat(view.chunks())
                        .as("a batch too large for one message is split")
                        .hasSizeGreaterThan(4);
            }
            store.remove(SHUFFLE);
            assertThat(store.memoryBytes()).isZero();
            assertThat(files(root())).isZero();
        }
    }

    @Test
    void onlyTheChosenVersionsAreReadWhateverElseWasWritten() throws Exception {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int maps = 1 + random.nextInt(6);
            Durability durability = seed % 2 == 0 ? Durability.MEMORY : Durability.FILES;
            try (ShuffleStore store = Exchange.store(root(), durability)) {
                List<List<MapVersion>> written = new ArrayList<>();
                for (int map = 0; map < maps; map++) {
                    written.add(new ArrayList<>());
                }
                for (int attempt = 0; attempt < 4; attempt++) {
                    for (int map = 0; map < maps; map++) {
                        MapVersion version = new MapVersion(map, attempt / 2, attempt % 2);
                        boolean commit = random.nextInt(4) > 0;
                        try (MapOutputWriter writer = writer(store, version, 3)) {
                            for (int reduce = 0; reduce < 3; reduce++) {
                                writer.write(reduce, rows(version, reduce, 1 + count(version)));
                            }
                            if (commit) {
                                writer.commit();
                                written.get(map).add(version);
                            }
                        }
                        if (random.nextInt(5) == 0) {
                            read(store, random.nextInt(3), version);
                        }
                    }
                }
                List<MapVersion> chosen = new ArrayList<>();
                List<Object> wanted = new ArrayList<>();
                for (List<MapVersion> versions : written) {
                    if (!versions.isEmpty()) {
                        MapVersion version = versions.get(random.nextInt(versions.size()));
                        chosen.add(version);
                        wanted.addAll(expected(version, 1, 1 + count(version)));
                    }
                }
                assertThat(read(store, 1, chosen.toArray(new MapVersion[0])))
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(wanted);
            }
        }
    }

    private static int count(MapVersion version) {
        return (version.mapPartition() * 7 + version.epoch() * 3 + version.attempt()) * 13 % 300;
    }

    @Test
    void tasksThatWriteAtTheSameTimeLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            List<Future<MapOutput>> outputs = new ArrayList<>();
            for (int map = 0; map < 40; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                outputs.add(threads.submit(() -> write(store, version, 10, 50 + version.mapPartition() * 10)));
            }
            for (Future<MapOutput> output : outputs) {
                output.get();
            }
            for (int map = 0; map < 40; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                assertThat(read(store, 9, version))
                        .containsExactlyInAnyOrderElementsOf(expected(version, 9, 50 + map * 10));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void rowsWithoutColumnsAndOfChangingShapeAreKept() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.MEMORY)) {
            ColumnBatch empty = new ColumnBatch(new Shape.RecordOf("no.such.Record", List.of()), 5, List.of());
            List<Object> all = new ArrayList<>();
            try (MapOutputWriter writer = writer(store, FIRST, 2)) {
                writer.write(1, empty);
                for (int index = 0; index < 300; index++) {
                    Object row =
                            List.<Object>of("text" + index, index, (long) index).get(index % 3);
                    BatchBuilder builder = Exchange.builder(Shape.UNKNOWN);
                    builder.append(row);
                    writer.write(0, builder.seal());
                    all.add(row);
                }
                MapOutput output = writer.commit();
                assertThat(output.sizes()[1]).isNotZero();
            }
            assertThat(read(store, 0, FIRST)).containsExactlyInAnyOrderElementsOf(all);
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST), 0)) {
                assertThat(view.chunks()).hasSizeLessThan(10);
            }
            try (PartitionView view = store.read(SHUFFLE, 1, wanted(FIRST), 0)) {
                assertThat(view.rows()).containsExactly(5);
                assertThat(load(view, view.chunks().get(0)).rows()).isEqualTo(5);
            }
        }
    }

    @Test
    void aFullDiskNamesTheFolderAndLeavesEarlierOutputsWhole() throws Exception {
        LimitedDisk disk = new LimitedDisk();
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES, SETTINGS, disk)) {
            write(store, FIRST, 2, 2000);
            long before = store.fileBytes();
            disk.freeBytes = 1000;
            assertThatThrownBy(() -> write(store, SECOND, 2, 2000))
                    .isInstanceOfSatisfying(DiskFull.class, full -> {
                        assertThat(full.directory().toString()).startsWith(root().toString());
                        assertThat(full.neededBytes()).isGreaterThan(4000);
                        assertThat(full.freeBytes()).isLessThanOrEqualTo(1000);
                    })
                    .hasMessageContaining("are free there");
            assertThat(store.fileBytes()).isEqualTo(before);
            disk.freeBytes = Long.MAX_VALUE;
            write(store, new MapVersion(1, 0, 1), 2, 2000);
            assertThat(read(store, 1, FIRST)).containsExactlyInAnyOrderElementsOf(expected(FIRST, 1, 2000));
            assertThat(read(store, 1, new MapVersion(1, 0, 1)))
                    .containsExactlyInAnyOrderElementsOf(expected(new MapVersion(1, 0, 1), 1, 2000));
        }
    }

    @Test
    void joinedRowsOfCommittedMapsSurviveADiskThatIsFullWhenTheyAreRead() throws Exception {
        LimitedDisk disk = new LimitedDisk();
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES, SETTINGS, disk)) {
            write(store, FIRST, 1, 20);
            disk.freeBytes = 0;
            assertThat(read(store, 0, FIRST)).containsExactlyInAnyOrderElementsOf(expected(FIRST, 0, 20));
        }
    }

    @Test
    void aDamagedOrTruncatedFileIsFoundBeforeARowIsUsed() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            write(store, FIRST, 1, 3000);
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST), 0)) {
                StoredChunk.InFile chunk = (StoredChunk.InFile) view.chunks().get(1);
                Random random = new Random(3);
                for (int round = 0; round < 50; round++) {
                    long at = chunk.offset() + random.nextInt(chunk.length());
                    flip(chunk.file().path(), at);
                    assertThatThrownBy(() -> load(view, chunk))
                            .isInstanceOf(ChunkDamaged.class)
                            .hasMessageContaining("checksum");
                    flip(chunk.file().path(), at);
                }
                assertThat(load(view, chunk).rows()).isPositive();
                try (RandomAccessFile file =
                        new RandomAccessFile(chunk.file().path().toFile(), "rw")) {
                    file.setLength(chunk.offset() + 10);
                }
                assertThatThrownBy(() -> load(view, chunk))
                        .isInstanceOf(ChunkDamaged.class)
                        .hasMessageContaining("cut short");
            }
        }
    }

    private static void flip(Path path, long at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 4);
        }
    }

    @Test
    void aReaderInterruptedOnASharedFileDoesNotDisturbOthers() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            write(store, FIRST, 1, 3000);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> read(store, 0, FIRST)).isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(read(store, 0, FIRST)).hasSize(3000);
            Thread.currentThread().interrupt();
            write(store, SECOND, 1, 3000);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(read(store, 0, SECOND)).hasSize(3000);
        }
    }

    @Test
    void aRemovedShuffleKeepsItsFilesForItsLastReaderAndIsGoneForWriters() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            write(store, FIRST, 1, 3000);
            MapOutputWriter straggler = writer(store, SECOND, 1);
            straggler.write(0, longs(1));
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST), 0)) {
                store.remove(SHUFFLE);
                store.remove(SHUFFLE);
                assertThat(files(root())).isPositive();
                assertThat(load(view, view.chunks().get(0)).rows()).isPositive();
            }
            assertThat(files(root())).isZero();
            assertThatThrownBy(straggler::commit)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("removed");
            straggler.close();
            assertThatThrownBy(() -> writer(store, SECOND, 1)).hasMessageContaining("removed");
            assertThat(store.openBytes()).isZero();
            assertThat(store.openFiles()).isZero();
        }
        assertThat(root()).doesNotExist();
    }

    @Test
    void committingAVersionTwiceIsRefused() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.MEMORY)) {
            write(store, FIRST, 1, 10);
            assertThatThrownBy(() -> write(store, FIRST, 1, 10)).hasMessageContaining("committed already");
            assertThat(store.memoryBytes()).isZero();
        }
    }

    @Test
    void rowsThatCannotBeJoinedAreMissedByTheirReaderAndNeverReadInDisorder() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.MEMORY, Exchange.UNCOUNTED, Disk.system())) {
            write(store, FIRST, 1, 10);
            ColumnBatch broken =
                    new ColumnBatch(Shape.Scalar.LONG, 50, longs(1, 2, 3).columns());
            assertThatThrownBy(() -> {
                        try (MapOutputWriter writer = writer(store, SECOND, 1)) {
                            writer.write(0, broken);
                            writer.commit();
                        }
                    })
                    .isInstanceOf(RuntimeException.class);
            try (PartitionView view = store.read(SHUFFLE, 0, wanted(FIRST, SECOND), 0)) {
                assertThat(view.known()).containsExactly(FIRST);
                assertThat(view.rows()).as("what a reader must find").containsExactly(10);
                assertThat(view.chunks()).isEmpty();
            }
            assertThat(store.openBytes()).isZero();
        }
    }
}
