package dev.quiver.shuffle.reader;

import static dev.quiver.shuffle.Exchange.SETTINGS;
import static dev.quiver.shuffle.Exchange.SHUFFLE;
import static dev.quiver.shuffle.Exchange.drain;
import static dev.quiver.shuffle.Exchange.expected;
import static dev.quiver.shuffle.Exchange.objects;
import static dev.quiver.shuffle.Exchange.sorted;
import static dev.quiver.shuffle.Exchange.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.FetchFailure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.shuffle.Exchange;
import dev.quiver.shuffle.WrappedDisk;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the files of another executor of the same host. */
class SameHostTest {
    private static final int MAPS = 4;
    private static final int REDUCERS = 2;
    private static final int ROWS = 6_000;
    private static final String HOST = "this host";
    private static final ExecutorId HERE = new ExecutorId("here", 0);
    private static final ExecutorId FAR = new ExecutorId("far", 0);

    @TempDir
    Path folder;

    private final FakeNetwork network = new FakeNetwork(SETTINGS.fetchTimeout());
    private final MapOutputTracker tracker = new MapOutputTracker();
    private final CountedDisk disk = new CountedDisk();
    private long sentBytes;
    private ShuffleStore near;
    private ShuffleStore far;

    /** Counts what is opened for reading, and lets a test have another file opened. */
    private static final class CountedDisk extends WrappedDisk {
        private final List<FileChannel> opened = new ArrayList<>();
        private final List<Path> paths = new ArrayList<>();
        private Disk substitute = Disk.system();

        @Override
        public FileChannel read(Path file) throws IOException {
            FileChannel channel = substitute.read(file);
            opened.add(channel);
            paths.add(file);
            return channel;
        }
    }

    @BeforeEach
    void start() {
        network.host = HOST;
        network.fault = (holder, fetch, whole) -> {
            sentBytes += whole.bytes().length;
            return whole;
        };
        near = Exchange.store(folder.resolve("here"), Durability.FILES);
        far = Exchange.store(folder.resolve("far"), Durability.FILES);
        network.add(FAR, far);
        tracker.register(SHUFFLE, MAPS, REDUCERS);
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(network.openPieces).as("pieces that were not given back").isZero();
        assertThat(network.leases).as("leases that were not given back").isEmpty();
        assertThat(disk.opened).as("files left open").noneMatch(FileChannel::isOpen);
        near.close();
        far.close();
    }

    /** Map partition 0 is here, the others are far. */
    private void writeAll() throws Exception {
        for (int map = 0; map < MAPS; map++) {
            add(map == 0 ? near : far, map == 0 ? HERE : FAR, map);
        }
    }

    private void add(ShuffleStore store, ExecutorId executor, int map) throws Exception {
        tracker.add(executor, Exchange.write(store, version(map), REDUCERS, ROWS));
    }

    private static MapVersion version(int map) {
        return new MapVersion(map, 0, 0);
    }

    private BatchSource open(int reduce) throws Exception {
        return open(reduce, HOST);
    }

    private BatchSource open(int reduce, String host) throws Exception {
        ShuffleReader reader = new ShuffleReader(
                HERE,
                near,
                new LocationsCache(tracker::snapshot),
                network,
                network,
                () -> 0.5,
                SETTINGS,
                new SameHost(host, disk),
                FetchMeter.NONE);
        return reader.open(task(reduce, 0, 0), SHUFFLE, MAPS, reduce, MapRange.ALL, new TaskCounters(), () -> false);
    }

    private static List<Object> all(int reduce) {
        List<Object> all = new ArrayList<>();
        for (int map = 0; map < MAPS; map++) {
            all.addAll(expected(version(map), reduce, ROWS));
        }
        return sorted(all);
    }

    private List<Path> filesOfFar() throws IOException {
        try (Stream<Path> paths = Files.walk(folder.resolve("far"))) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private void damageFilesOfFar(int fromEnd) throws IOException {
        for (Path path : filesOfFar()) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(file.length() - fromEnd);
                int value = file.read();
                file.seek(file.length() - fromEnd);
                file.write(value ^ 4);
            }
        }
    }

    @Test
    void rowsAreReadFromTheFilesAndNotSent() throws Exception {
        writeAll();
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            assertThat(sorted(drain(open(reduce)))).isEqualTo(all(reduce));
        }
        assertThat(disk.paths).as("one file a reduce partition").hasSize(REDUCERS);
        assertThat(sentBytes).as("bytes sent").isLessThan(ROWS * 8L / 4);
        assertThat(network.asked).hasSize(REDUCERS);
    }

    @Test
    void anotherHostIsSentEverything() throws Exception {
        writeAll();
        for (String other : List.of("another host", "")) {
            sentBytes = 0;
            assertThat(sorted(drain(open(1, other)))).isEqualTo(all(1));
            assertThat(sentBytes).isGreaterThan((MAPS - 1) * ROWS * 8L);
        }
        assertThat(disk.paths).isEmpty();
    }

    @Test
    void aFileThatWasPublishedSinceIsFoundUnderItsFinalName() throws Exception {
        writeAll();
        network.fault = (holder, fetch, whole) -> {
            far.seal(SHUFFLE);
            return whole;
        };
        assertThat(sorted(drain(open(1)))).isEqualTo(all(1));
        assertThat(network.asked).hasSize(1);
        assertThat(disk.paths).allMatch(path -> path.toString().endsWith(".arrow"));
    }

    @Test
    void filesThatCannotBeOpenedAreSentAndCostNoRetry() throws Exception {
        writeAll();
        disk.substitute = new WrappedDisk() {
            @Override
            public FileChannel read(Path file) throws IOException {
                throw new AccessDeniedException(file.toString());
            }
        };
        assertThat(sorted(drain(open(0)))).isEqualTo(all(0));
        assertThat(network.asked).hasSize(2);
        assertThat(network.pauses).isEmpty();
    }

    @Test
    void aReadThatBreaksHalfWayGoesOnOverTheNetworkBehindTheLastChunk() throws Exception {
        writeAll();
        disk.substitute = new WrappedDisk() {
            @Override
            public FileChannel read(Path file) throws IOException {
                // What this process sees of the file ends in its middle, as on a file system that lags behind.
                Path half = Files.copy(file, folder.resolve("half"));
                try (FileChannel cut = FileChannel.open(half, StandardOpenOption.WRITE)) {
                    cut.truncate(cut.size() / 2);
                }
                return super.read(half);
            }
        };
        assertThat(sorted(drain(open(1)))).isEqualTo(all(1));
        assertThat(network.asked).hasSize(2);
    }

    @Test
    void damageThatOnlyThisProcessSeesIsMendedByOneFetch() throws Exception {
        writeAll();
        disk.substitute = new WrappedDisk() {
            @Override
            public FileChannel read(Path file) throws IOException {
                Path copy = Files.copy(file, folder.resolve("copy"));
                try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
                    channel.write(ByteBuffer.wrap(new byte[] {77}), channel.size() - 4_000);
                }
                return super.read(copy);
            }
        };
        assertThat(sorted(drain(open(1)))).isEqualTo(all(1));
        assertThat(network.asked).hasSize(2);
        assertThat(network.pauses).isEmpty();
    }

    @Test
    void damageOnTheDiskIsNamedAndTheMapOutputIsLost() throws Exception {
        writeAll();
        damageFilesOfFar(4_000);
        assertThatThrownBy(() -> drain(open(1)))
                .isInstanceOfSatisfying(FetchFailure.class, lost -> {
                    assertThat(lost.holder()).isEqualTo(FAR);
                    assertThat(lost.mapPartition()).isEqualTo(MAPS - 1);
                })
                .hasMessageContaining("the holder's disk damaged chunk")
                .hasMessageContaining("checksum");
        assertThat(network.asked).hasSize(2);
    }

    @Test
    void aFileThatWasCutShortIsNamedAndTheMapOutputIsLost() throws Exception {
        writeAll();
        far.seal(SHUFFLE);
        for (Path path : filesOfFar()) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(file.length() - 4_000);
            }
        }
        assertThatThrownBy(() -> drain(open(1)))
                .isInstanceOf(FetchFailure.class)
                .hasMessageContaining("cut short");
    }

    @Test
    void theFilesOfARemovedShuffleStayUntilTheirReaderOnThisHostIsDone() throws Exception {
        writeAll();
        List<Object> rows = new ArrayList<>();
        try (BatchSource source = open(1)) {
            ColumnBatch batch = source.next();
            assertThat(network.leases).hasSize(1);
            far.remove(SHUFFLE);
            assertThat(filesOfFar()).isNotEmpty();
            for (; batch != null; batch = source.next()) {
                rows.addAll(objects(batch));
            }
            assertThat(filesOfFar()).isEmpty();
        }
        assertThat(sorted(rows)).isEqualTo(all(1));
        assertThat(network.asked).hasSize(1);
    }

    @Test
    void filesThatAreOpenAreReadToTheEndWhenTheirExecutorDies() throws Exception {
        writeAll();
        List<Object> rows = new ArrayList<>();
        try (BatchSource source = open(1)) {
            while (disk.paths.isEmpty()) {
                rows.addAll(objects(source.next()));
            }
            for (Path file : filesOfFar()) {
                Files.delete(file);
            }
            rows.addAll(drain(source));
        }
        assertThat(sorted(rows)).isEqualTo(all(1));
    }

    @Test
    void aReaderThatStopsEarlyGivesEverythingBack() throws Exception {
        writeAll();
        network.pieceSize = 40;
        try (BatchSource source = open(1)) {
            while (disk.paths.isEmpty()) {
                assertThat(source.next()).isNotNull();
            }
            assertThat(network.openPieces)
                    .as("what arrived behind the chunks being read waits in the network's memory")
                    .isPositive();
        }
    }

    @Test
    void chunksInMemoryAndInFilesArriveOnceEachWhateverTheirOrder() throws Exception {
        far.close();
        far = Exchange.store(
                folder.resolve("far"), Durability.MEMORY, SETTINGS.withMemoryMaxBytes(60 << 10), Disk.system());
        network.add(FAR, far);
        for (int map = 0; map < MAPS; map++) {
            add(far, FAR, map);
        }
        for (int reduce = 0; reduce < REDUCERS; reduce++) {
            for (int pieceSize : new int[] {33, 1000, 1 << 20}) {
                network.pieceSize = pieceSize;
                assertThat(sorted(drain(open(reduce))))
                        .as("pieces of %d", pieceSize)
                        .isEqualTo(all(reduce));
            }
        }
        assertThat(disk.paths).isNotEmpty();
        assertThat(sentBytes).isGreaterThan(60 << 10);
    }
}
