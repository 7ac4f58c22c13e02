package dev.quiver.shuffle.storage;

import static dev.quiver.shuffle.Exchange.OPTIONS;
import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static dev.quiver.shuffle.Exchange.wanted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.LimitedDisk;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.WrappedDisk;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.DiskFull;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.format.ReadBuffers;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.format.SegmentVerifier;
import dev.quiver.shuffle.reader.ChunkFetcher;
import dev.quiver.shuffle.reader.LocationsCache;
import dev.quiver.shuffle.reader.ReadAhead;
import dev.quiver.shuffle.reader.ReadAheadSettings;
import dev.quiver.shuffle.reader.SameHost;
import dev.quiver.shuffle.reader.ShuffleReader;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SharedStorageTest {
    private static final int REDUCERS = 3;
    private static final int ROWS = 2_000;
    private static final ExecutorId ONE = new ExecutorId("1", 0);

    @TempDir
    Path folder;

    private SharedStorage storage(Disk disk) {
        return storage(SETTINGS, disk);
    }

    private SharedStorage storage(ShuffleSettings settings, Disk disk) {
        SegmentOptions options = OPTIONS.ofOneSyncedTask(StorageSettings.DIR);
        ShuffleStore store = Exchange.store(folder.resolve("own"), Durability.FILES, settings, options, disk);
        return new SharedStorage(folder.resolve("shared"), store, FetchMeter.NONE, 1 << 20);
    }

    private static MapVersion version(int map) {
        return new MapVersion(map, 0, 0);
    }

    private static MapOutput write(ShuffleStorage storage, MapVersion version, int rows) throws Exception {
        try (MapOutputWriter writer = writer(storage, version)) {
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                writer.write(reduce, Exchange.rows(version, reduce, rows));
            }
            return writer.commit();
        }
    }

    private static MapOutputWriter writer(ShuffleStorage storage, MapVersion version) {
        return storage.writer(
                task(version.mapPartition(), version.epoch(), version.attempt()),
                SHUFFLE,
                REDUCERS,
                new TaskCounters());
    }

    private static List<Object> read(ShuffleStorage storage, int reduce, MapVersion... versions) throws Exception {
        List<Object> all = new ArrayList<>();
        try (StoredRows rows = storage.read(SHUFFLE, reduce, wanted(versions));
                ReadBuffer room = new ReadBuffers().lend()) {
            while (rows.next()) {
                ColumnBatch batch = rows.load(room);
                assertThat(rows.sources().totalRows()).isEqualTo(batch.rows());
                all.addAll(Exchange.objects(batch));
            }
        }
        return all;
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(folder.resolve("shared"))) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder.resolve("shared"))) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void whatAnExecutorCommittedIsReadByOthersWhenItIsGone() throws Exception {
        MapOutputTracker tracker = new MapOutputTracker();
        tracker.register(SHUFFLE, 3, REDUCERS);
        List<Object> all = new ArrayList<>();
        try (SharedStorage gone = storage(Disk.system())) {
            for (int map = 0; map < 3; map++) {
                tracker.add(ONE, write(gone, version(map), ROWS));
                all.addAll(expected(version(map), 1, ROWS));
            }
        }
        assertThat(files()).hasSize(6);
        try (SharedStorage other = storage(Disk.system())) {
            assertThat(other.isReliable()).isTrue();
            TaskCounters counters = new TaskCounters();
            List<Object> rows = Exchange.drain(
                    reader(other, tracker).open(task(1, 0, 0), SHUFFLE, 3, 1, MapRange.ALL, counters, () -> false));
            assertThat(sorted(rows)).isEqualTo(sorted(all));
            assertThat(counters.snapshot(0).shuffleReadRows()).isEqualTo(3 * ROWS);
        }
    }

    @Test
    void aSliceReadsTheFilesOfItsMapOutputsOnlyAndPartitionsThatFollowAreNotFetchedAhead() throws Exception {
        MapOutputTracker tracker = new MapOutputTracker();
        tracker.register(SHUFFLE, 4, REDUCERS);
        List<Object> all = new ArrayList<>();
        try (SharedStorage storage = storage(Disk.system())) {
            for (int map = 0; map < 4; map++) {
                tracker.add(ONE, write(storage, version(map), ROWS));
                all.addAll(expected(version(map), 2, ROWS));
            }
        }
        Path unwanted = folder.resolve("shared/shuffle-7/map-3.0.0");
        Path aside = folder.resolve("aside");
        Files.move(unwanted, aside);
        List<Object> together = new ArrayList<>();
        for (MapRange maps : List.of(new MapRange(0, 1), new MapRange(1, 3), new MapRange(3, Integer.MAX_VALUE))) {
            if (maps.from() == 3) {
                Files.move(aside, unwanted);
            }
            try (SharedStorage storage = storage(Disk.system())) {
                TaskCounters counters = new TaskCounters();
                Supplier<int[]> upcoming = () -> new int[] {3, 4, 5};
                List<Object> rows = Exchange.drain(reader(storage, tracker)
                        .open(task(2, 0, 0), SHUFFLE, 4, 2, maps, upcoming, counters, () -> false));
                assertThat(counters.snapshot(0).shuffleReadRows())
                        .as("%s", maps)
                        .isEqualTo(rows.size());
                together.addAll(rows);
            }
        }
        assertThat(sorted(together)).isEqualTo(sorted(all));
    }

    @Test
    void nothingIsThereBeforeTheCommitAndAllOfItAfter() throws Exception {
        try (SharedStorage writing = storage(Disk.system());
                SharedStorage reading = storage(Disk.system())) {
            MapOutputWriter writer = writer(writing, version(0));
            writer.write(1, Exchange.rows(version(0), 1, ROWS));
            assertThat(files()).isNotEmpty();
            assertThat(reading.read(SHUFFLE, 1, wanted(version(0))).known()).isEmpty();
            MapOutput output = writer.commit();
            writer.close();
            assertThat(output.rows()).isEqualTo(ROWS);
            assertThat(reading.read(SHUFFLE, 1, wanted(version(0))).rows()).containsExactly(ROWS);
            assertThat(read(reading, 1, version(0))).containsExactlyInAnyOrderElementsOf(expected(version(0), 1, ROWS));
            for (Path file : files()) {
                if (file.toString().endsWith(".arrow")) {
                    assertThat(new SegmentVerifier(Disk.system()).verify(file).chunks())
                            .isPositive();
                }
            }
        }
    }

    @Test
    void anAttemptThatIsDroppedLeavesNothing() throws Exception {
        try (SharedStorage storage = storage(Disk.system())) {
            try (MapOutputWriter writer = writer(storage, version(0))) {
                writer.write(1, Exchange.rows(version(0), 1, ROWS));
            }
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void onlyTheAttemptThatIsAskedForIsReadThoughAnotherCommittedLater() throws Exception {
        MapVersion chosen = new MapVersion(0, 1, 2);
        MapVersion late = new MapVersion(0, 1, 3);
        try (SharedStorage storage = storage(Disk.system())) {
            write(storage, chosen, 40);
            write(storage, late, 50);
            assertThat(read(storage, 2, chosen)).containsExactlyInAnyOrderElementsOf(expected(chosen, 2, 40));
        }
    }

    /** Fails from a call on, as when the disk is full or its machine goes away. */
    private static final class FailingDisk extends WrappedDisk {
        private final List<String> calls = new ArrayList<>();
        private int failFrom = Integer.MAX_VALUE;

        private void call(String what) throws IOException {
            if (calls.size() >= failFrom) {
                throw new IOException("no more calls to the disk");
            }
            calls.add(what);
        }

        private static String name(Path path) {
            return path.getParent().getFileName() + "/" + path.getFileName();
        }

        @Override
        public void createDirectory(Path directory) throws IOException {
            call("make " + name(directory));
            super.createDirectory(directory);
        }

        @Override
        public Writable write(Path file) throws IOException {
            call("open " + name(file));
            return new WrappedFile(super.write(file)) {
                @Override
                public void write(long position, byte[] bytes) throws IOException {
                    call("write " + name(file));
                    super.write(position, bytes);
                }

                @Override
                public void force() throws IOException {
                    call("force " + name(file));
                    super.force();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            call("rename to " + name(to));
            super.rename(from, to);
        }

        @Override
        public void force(Path directory) throws IOException {
            call("force " + name(directory));
            super.force(directory);
        }
    }

    @Test
    void theIndexIsPublishedWhenAllElseIsOnTheDisk() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (SharedStorage storage = storage(disk)) {
            write(storage, version(5), 40);
        }
        List<String> calls = disk.calls.stream()
                .filter(call -> !call.startsWith("make") && !call.startsWith("open") && !call.startsWith("write"))
                .toList();
        assertThat(calls)
                .containsExactly(
                        "force map-5.0.0/schema-0-lane-0-0.arrow.part",
                        "rename to map-5.0.0/schema-0-lane-0-0.arrow",
                        "force shuffle-7/map-5.0.0",
                        "force map-5.0.0/index.part",
                        "force shared/shuffle-7",
                        "rename to map-5.0.0/index",
                        "force shuffle-7/map-5.0.0");
    }

    @Test
    void anOutputWhosePublicationBrokeOffAnywhereIsNotThereAndItsNextAttemptIs() throws Exception {
        FailingDisk whole = new FailingDisk();
        try (SharedStorage storage = storage(whole)) {
            write(storage, version(0), 40);
            storage.remove(SHUFFLE);
        }
        int visibleFrom = whole.calls.size() - 1;
        assertThat(whole.calls.get(visibleFrom - 1)).startsWith("rename").endsWith("/index");
        for (int calls = 0; calls < visibleFrom; calls++) {
            FailingDisk disk = new FailingDisk();
            disk.failFrom = calls;
            MapVersion next = new MapVersion(0, 0, 1);
            try (SharedStorage storage = storage(disk)) {
                assertThatThrownBy(() -> write(storage, version(0), 40))
                        .as("%d calls", calls)
                        .isInstanceOf(IOException.class);
                disk.failFrom = Integer.MAX_VALUE;
                assertThat(read(storage, 0, version(0))).isEmpty();
                assertThat(files()).as("left after %d calls", calls).isEmpty();
                write(storage, next, 40);
                assertThat(read(storage, 0, next)).hasSize(40);
                storage.remove(SHUFFLE);
            }
        }
    }

    @Test
    void aDamagedIndexAndADamagedChunkEachCostOneMapOutput() throws Exception {
        MapOutputTracker tracker = new MapOutputTracker();
        tracker.register(SHUFFLE, 3, REDUCERS);
        try (SharedStorage storage = storage(Disk.system())) {
            for (int map = 0; map < 3; map++) {
                tracker.add(ONE, write(storage, version(map), ROWS));
            }
        }
        Path index = folder.resolve("shared/shuffle-7/map-1.0.0/index");
        Path segment = folder.resolve("shared/shuffle-7/map-2.0.0/schema-0-lane-0-0.arrow");
        flip(index, 40);
        assertThatThrownBy(() -> readAll(tracker))
                .isInstanceOfSatisfying(FetchFailure.class, lost -> {
                    assertThat(lost.mapPartition()).isEqualTo(1);
                    assertThat(lost.holder()).isEqualTo(ONE);
                })
                .hasMessageContaining(index + " is damaged: it fails its checksum");
        flip(index, 40);
        flip(segment, 4_000);
        assertThatThrownBy(() -> readAll(tracker))
                .isInstanceOfSatisfying(
                        FetchFailure.class,
                        lost -> assertThat(lost.mapPartition()).isEqualTo(2))
                .hasMessageContaining(segment.toString())
                .hasMessageContaining("checksum");
        flip(segment, 4_000);
        assertThat(readAll(tracker)).hasSize(3 * REDUCERS * ROWS);
        Files.delete(index);
        assertThatThrownBy(() -> readAll(tracker))
                .isInstanceOfSatisfying(
                        FetchFailure.class,
                        lost -> assertThat(lost.mapPartition()).isEqualTo(1));
    }

    /** Reads from storage alone, though it might fetch partitions ahead. */
    static ShuffleReader reader(ShuffleStorage storage, MapOutputTracker tracker) {
        ChunkFetcher nobody = (holder, request, listener, window) -> {
            throw new AssertionError("nobody is asked");
        };
        return new ShuffleReader(
                storage,
                new ArrowBatches(),
                new LocationsCache(tracker::snapshot),
                nobody,
                (delay, wake) -> {
                    throw new AssertionError("nobody is waited for");
                },
                () -> 0.5,
                SETTINGS,
                SameHost.NOBODY,
                FetchMeter.NONE,
                new ReadAhead(nobody, ChunkMemory.UNLIMITED, new ReadAheadSettings(true, 1 << 16, 1 << 20), ""));
    }

    private List<Object> readAll(MapOutputTracker tracker) throws Exception {
        List<Object> all = new ArrayList<>();
        try (SharedStorage storage = storage(Disk.system())) {
            ShuffleReader reader = reader(storage, tracker);
            for (int reduce = 0; reduce < REDUCERS; reduce++) {
                all.addAll(Exchange.drain(reader.open(
                        task(reduce, 0, 0), SHUFFLE, 3, reduce, MapRange.ALL, new TaskCounters(), () -> false)));
            }
        }
        return all;
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
    void aRemovedShuffleIsGoneForWritersToo() throws Exception {
        try (SharedStorage storage = storage(Disk.system())) {
            write(storage, version(0), 40);
            assertThat(read(storage, 0, version(0))).hasSize(40);
            storage.remove(SHUFFLE);
            storage.remove(SHUFFLE);
            assertThat(files()).isEmpty();
            assertThat(read(storage, 0, version(0))).isEmpty();
            assertThatThrownBy(() -> writer(storage, version(1))).hasMessageContaining("removed");
        }
    }

    @Test
    void aFullDiskIsNamedWithItsSettingAndLeavesNothingOfTheOutput() throws Exception {
        LimitedDisk disk = new LimitedDisk();
        try (SharedStorage storage = storage(disk)) {
            write(storage, version(0), ROWS);
            long bytes =
                    files().stream().mapToLong(file -> file.toFile().length()).sum();
            List<Path> before = files();
            // In the rows, in the footer, in the index.
            for (long free : List.of(bytes / 3, bytes - 900, bytes - 20)) {
                disk.freeBytes = free;
                assertThatThrownBy(() -> write(storage, version(1), ROWS))
                        .as("%d bytes free of %d", free, bytes)
                        .isInstanceOfSatisfying(
                                DiskFull.class,
                                full -> assertThat(full.directory())
                                        .isEqualTo(folder.resolve("shared/shuffle-7/map-1.0.0")))
                        .hasMessageContaining("quiver.shuffle.storage.dir");
                assertThat(files()).as("files with %d bytes free", free).isEqualTo(before);
            }
            disk.freeBytes = Long.MAX_VALUE;
            write(storage, version(1), ROWS);
            assertThat(read(storage, 1, version(0), version(1))).hasSize(2 * ROWS);
        }
    }

    @Test
    void rowsAreCountedAndChunksCompressedAsOnAnExecutor() throws Exception {
        long[] bytes = new long[2];
        for (CompressionMode mode : List.of(CompressionMode.NONE, CompressionMode.ZSTD)) {
            ShuffleSettings settings = Exchange.compressed(mode);
            try (ShuffleStore own =
                            Exchange.store(folder.resolve("executor"), Durability.FILES, settings, Disk.system());
                    SharedStorage shared = storage(settings, Disk.system())) {
                MapOutput onExecutor = write(new ExecutorStorage(ONE, own), version(0), ROWS);
                assertThat(write(shared, version(0), ROWS).content())
                        .isEqualTo(onExecutor.content())
                        .isNotEqualTo(MapOutput.NOT_COUNTED);
                for (Path file : files()) {
                    bytes[mode == CompressionMode.NONE ? 0 : 1] += Files.size(file);
                }
                assertThat(read(shared, 2, version(0)))
                        .containsExactlyInAnyOrderElementsOf(expected(version(0), 2, ROWS));
                shared.remove(SHUFFLE);
            }
        }
        assertThat(bytes[1]).as("bytes where %d are written plain", bytes[0]).isLessThan(bytes[0] * 2 / 3);
    }

    @Test
    void whoMergesRowsCorrectsTheirCountAndEmptyOutputsAreCountedToo() throws Exception {
        try (SharedStorage storage = storage(Disk.system())) {
            long plain = write(storage, version(0), 10).content();
            try (MapOutputWriter writer = writer(storage, version(1))) {
                assertThat(writer.countsRows()).isTrue();
                for (int reduce = 0; reduce < REDUCERS; reduce++) {
                    writer.write(reduce, Exchange.rows(version(0), reduce, 10));
                }
                writer.correctContent(7);
                assertThat(writer.commit().content()).isEqualTo(plain + 7);
            }
            assertThat(write(storage, version(2), 0).content()).isNotEqualTo(MapOutput.NOT_COUNTED);
            assertThat(storage.read(SHUFFLE, 0, wanted(version(2))).rows()).containsExactly(0);
        }
    }

    @Test
    @Timeout(60)
    void aWriteThatStallsHoldsUpItsOwnTaskAndNobodyElse() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Disk disk = new WrappedDisk() {
            @Override
            public Writable write(Path file) throws IOException {
                return new WrappedFile(super.write(file)) {
                    @Override
                    public void write(long position, byte[] bytes) throws IOException {
                        if (file.toString().contains("map-1.0.0")) {
                            stalled.countDown();
                            awaitUninterruptibly(released);
                        }
                        super.write(position, bytes);
                    }
                };
            }
        };
        try (SharedStorage storage = storage(disk)) {
            write(storage, version(0), ROWS);
            CompletableFuture<MapOutput> slow = CompletableFuture.supplyAsync(() -> {
                try {
                    return write(storage, version(1), ROWS);
                } catch (Exception failure) {
                    throw new CompletionException(failure);
                }
            });
            stalled.await();
            assertThat(read(storage, 1, version(0))).hasSize(ROWS);
            write(storage, version(2), ROWS);
            assertThat(read(storage, 1, version(2))).hasSize(ROWS);
            assertThat(slow).isNotDone();
            released.countDown();
            assertThat(slow.get().rows()).isEqualTo(REDUCERS * ROWS);
            assertThat(read(storage, 1, version(1))).hasSize(ROWS);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void manyOutputsLeaveNoMoreHandlesOpenThanTheyMay() throws Exception {
        SegmentOptions options = OPTIONS.ofOneSyncedTask(StorageSettings.DIR);
        ShuffleStore store = Exchange.store(folder.resolve("own"), Durability.FILES, SETTINGS, options, Disk.system());
        MapVersion[] all = new MapVersion[20];
        try (SharedStorage storage = new SharedStorage(folder.resolve("shared"), store, FetchMeter.NONE, 1 << 20)) {
            for (int map = 0; map < all.length; map++) {
                all[map] = version(map);
                write(storage, all[map], 40);
                assertThat(store.openFiles()).as("handles to write with").isZero();
            }
            assertThat(read(storage, 0, all)).hasSize(all.length * 40);
            assertThat(store.openFiles()).as("handles to read with").isBetween(1, SETTINGS.maxOpenFiles());
            assertThat(store.openBytes()).isZero();
        }
        assertThat(folder.resolve("own")).doesNotExist();
    }
}
