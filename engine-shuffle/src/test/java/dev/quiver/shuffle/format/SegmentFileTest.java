package dev.quiver.shuffle.format;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.read;
import static dev.quiver.shuffle.Exchange.rows;
import static dev.quiver.shuffle.Exchange.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.WrappedDisk;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileTest {
    private static final MapVersion FIRST = new MapVersion(0, 0, 0);
    private static final MapVersion LATE = new MapVersion(1, 0, 0);

    @TempDir
    Path folder;

    private final ArrowBatches arrow = new ArrowBatches();

    private Path root() {
        return folder.resolve("executor");
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void anArrowReaderOpensPublishedFilesAlsoAfterALateMapTask() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            List<Long> all = new ArrayList<>();
            for (int map = 0; map < 12; map++) {
                MapVersion version = new MapVersion(map, 0, 0);
                write(store, version, 3, 700);
                for (int reduce = 0; reduce < 3; reduce++) {
                    all.addAll(expected(version, reduce, 700));
                }
                if (map % 4 == 3) {
                    store.seal(SHUFFLE);
                    assertThat(rowsOf(root())).containsExactlyInAnyOrderElementsOf(all);
                    assertThat(read(store, 2, version)).hasSize(700);
                }
            }
        }
        assertThat(root()).doesNotExist();
    }

    @Test
    void filesArePublishedWhenTheLastOpenPartitionWasRead() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            write(store, FIRST, 5, 20);
            for (int reduce = 0; reduce < 5; reduce++) {
                assertThat(read(store, reduce, FIRST)).hasSize(20);
                String end = reduce < 4 ? ".arrow.part" : ".arrow";
                assertThat(files(root())).allMatch(file -> file.toString().endsWith(end));
            }
            assertThat(rowsOf(root())).hasSize(100);
        }
    }

    @Test
    void aPublishedFileNeverChangesAndALateMapTaskBeginsTheNext() throws Exception {
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES)) {
            write(store, FIRST, 2, 900);
            store.seal(SHUFFLE);
            Map<Path, byte[]> published = new LinkedHashMap<>();
            for (Path file : files(root())) {
                published.put(file, Files.readAllBytes(file));
            }
            assertThat(published).hasSize(2);
            write(store, LATE, 2, 900);
            store.seal(SHUFFLE);
            store.seal(SHUFFLE);
            assertThat(files(root())).hasSize(4).containsAll(published.keySet());
            for (Map.Entry<Path, byte[]> file : published.entrySet()) {
                assertThat(Files.readAllBytes(file.getKey())).isEqualTo(file.getValue());
            }
            List<Object> both = new ArrayList<>(expected(FIRST, 1, 900));
            both.addAll(expected(LATE, 1, 900));
            assertThat(read(store, 1, FIRST, LATE)).containsExactlyInAnyOrderElementsOf(both);
        }
    }

    @Test
    void aFileThatIsLargeEnoughIsPublishedAndFollowedByTheNext() throws Exception {
        SegmentOptions small =
                new SegmentOptions(OPTIONS.application(), OPTIONS.executor(), false, 30_000, 4, OPTIONS.setting());
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES, SETTINGS, small, Disk.system())) {
            write(store, FIRST, 1, 20_000);
            assertThat(files(root())).hasSizeBetween(6, 10);
            assertThat(files(root()).stream().filter(file -> file.toString().endsWith(SegmentFile.PART)))
                    .hasSize(1);
            assertThat(files(root()))
                    .allSatisfy(file -> assertThat(Files.size(file)).isLessThan(32_000));
            assertThat(read(store, 0, FIRST)).containsExactlyInAnyOrderElementsOf(expected(FIRST, 0, 20_000));
            for (Path file : files(root())) {
                assertThat(new SegmentVerifier(Disk.system()).verify(file).chunks())
                        .isPositive();
            }
        }
    }

    @Test
    void aFileIsForcedToTheDiskBeforeItIsPublishedAndItsNameAfterwards() throws Exception {
        List<String> calls = new ArrayList<>();
        Disk disk = new WrappedDisk() {
            @Override
            public Writable write(Path file) throws IOException {
                return new WrappedFile(super.write(file)) {
                    @Override
                    public void force() throws IOException {
                        calls.add("force " + file.getFileName() + " of " + Files.size(file));
                        super.force();
                    }
                };
            }

            @Override
            public void rename(Path from, Path to) throws IOException {
                calls.add("rename to " + to.getFileName() + " of " + Files.size(from));
                super.rename(from, to);
            }

            @Override
            public void force(Path directory) throws IOException {
                calls.add("force " + directory.getFileName());
                super.force(directory);
            }
        };
        try (ShuffleStore store = Exchange.store(
                root(), Durability.FILES, SETTINGS, OPTIONS.ofOneSyncedTask(StorageSettings.DIR), disk)) {
            write(store, FIRST, 1, 900);
            store.seal(SHUFFLE);
            long size = Files.size(files(root()).get(0));
            assertThat(calls)
                    .containsExactly(
                            "force schema-0-lane-0-0.arrow.part of " + size,
                            "rename to schema-0-lane-0-0.arrow of " + size,
                            "force shuffle-7");
        }
        calls.clear();
        try (ShuffleStore store = Exchange.store(root(), Durability.FILES, SETTINGS, disk)) {
            write(store, FIRST, 1, 900);
            store.seal(SHUFFLE);
            assertThat(calls).hasSize(1).allMatch(call -> call.startsWith("rename"));
        }
    }

    @Test
    void aFileThatCouldNotBePublishedIsReadAndAppendedToAsBefore() throws Exception {
        boolean[] refuse = {true};
        Disk disk = new WrappedDisk() {
            @Override
            public void rename(Path from, Path to) throws IOException {
                if (refuse[0]) {
                    throw new IOException("no renaming today");
                }
                super.rename(from, to);
            }
        };
        try (OpenFiles open = new OpenFiles(disk, 2)) {
            Path path = folder.resolve("data.arrow");
            ColumnBatch batch = rows(FIRST, 0, 100);
            byte[] message = arrow.batchMessage(batch);
            SegmentFile file = new SegmentFile(path, arrow.schemaMessage(batch), open);
            long first = file.append(message);
            assertThatThrownBy(file::seal)
                    .hasMessageContaining("no renaming today")
                    .hasMessageContaining(path.toString());
            assertThat(file.isSealed()).isFalse();
            assertThat(Files.size(file.path())).isEqualTo(file.sizeBytes());
            long second = file.append(message);
            refuse[0] = false;
            file.seal();
            assertThat(file.path()).isEqualTo(path);
            assertThat(open.open()).isZero();
            assertThat(file.read(first, message.length)).isEqualTo(message);
            assertThat(file.read(second, message.length)).isEqualTo(message);
            assertThat(new SegmentVerifier(disk).verify(path).chunks()).isEqualTo(2);
            assertThatThrownBy(() -> file.append(message))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is published");
        }
    }

    @Test
    void readersDoNotNoticeThatAFileIsPublished() throws Exception {
        ColumnBatch batch = rows(FIRST, 0, 100);
        byte[] message = arrow.batchMessage(batch);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (OpenFiles open = new OpenFiles(Disk.system(), 0)) {
            for (int round = 0; round < 200; round++) {
                Path path = folder.resolve("round-" + round + ".arrow");
                SegmentFile file = new SegmentFile(path, arrow.schemaMessage(batch), open);
                long offset = file.append(message);
                Future<?> reading = threads.submit(() -> {
                    while (!file.isSealed()) {
                        assertThat(file.read(offset, message.length)).isEqualTo(message);
                    }
                    return null;
                });
                Future<?> sending = threads.submit(() -> {
                    while (!file.isSealed()) {
                        ByteBuffer sent = ByteBuffer.allocate(message.length);
                        file.send(offset, message.length, (channel, at, length) -> channel.read(sent, at));
                        assertThat(sent.array()).isEqualTo(message);
                    }
                    return null;
                });
                file.seal();
                reading.get();
                sending.get();
            }
            assertThat(open.open()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Long> rowsOf(Path root) throws IOException {
        List<Long> rows = new ArrayList<>();
        for (Path file : files(root)) {
            try (RootAllocator allocator = new RootAllocator()) {
                try (FileChannel channel = FileChannel.open(file);
                        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
                    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                    while (reader.loadNextBatch()) {
                        BigIntVector vector = (BigIntVector) batch.getVector(0);
                        for (int row = 0; row < batch.getRowCount(); row++) {
                            rows.add(vector.get(row));
                        }
                    }
                }
                assertThat(allocator.getAllocatedMemory()).isZero();
            }
        }
        return rows;
    }
}
