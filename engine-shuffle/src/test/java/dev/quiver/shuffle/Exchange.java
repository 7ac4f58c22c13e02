package dev.quiver.shuffle;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.config.Bytes;
import dev.quiver.config.Config;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.compress.CompressionMode;
import dev.quiver.shuffle.compress.CompressionSettings;
import dev.quiver.shuffle.compress.LinkSpeed;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.format.ReadBuffers;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.store.ChunkMemory;
import dev.quiver.shuffle.store.Durability;
import dev.quiver.shuffle.store.PartitionView;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.shuffle.store.StoredChunk;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import dev.quiver.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the tests of the exchange share: small settings, stores, and rows that tell where they come from. */
public final class Exchange {
    public static final ShuffleId SHUFFLE = new ShuffleId(7);
    private static final Config SMALL = Config.empty()
            .with(ShuffleSettings.CHUNK_TARGET, Bytes.kibi(4))
            .with(ShuffleSettings.WRITE_BUFFER, Bytes.kibi(32))
            .with(ShuffleSettings.OPEN_MAX, Bytes.kibi(256))
            .with(ShuffleSettings.MAX_OPEN_FILES, 3);

    public static final ShuffleSettings SETTINGS = ShuffleSettings.of(SMALL);

    /** The same, and no rows are counted. */
    public static final ShuffleSettings UNCOUNTED =
            ShuffleSettings.of(SMALL.with(ShuffleSettings.CONTENT_CHECKSUMS, false));

    public static final SegmentOptions OPTIONS =
            new SegmentOptions("app-of-the-test", new ExecutorId("3", 2), false, 1L << 30, 4, SegmentOptions.LOCAL_DIR);

    private Exchange() {}

    /** The small settings, with files compressed. */
    public static ShuffleSettings compressed(CompressionMode mode) {
        return ShuffleSettings.of(SMALL.with(CompressionSettings.COMPRESS, mode.text()));
    }

    public static ShuffleStore store(Path directory, Durability durability) {
        return store(directory, durability, SETTINGS, Disk.system());
    }

    public static ShuffleStore store(Path directory, Durability durability, ShuffleSettings settings, Disk disk) {
        return store(directory, durability, settings, OPTIONS, disk);
    }

    public static ShuffleStore store(
            Path directory, Durability durability, ShuffleSettings settings, SegmentOptions options, Disk disk) {
        return store(LocalFolders.of(directory), durability, settings, options, disk);
    }

    public static ShuffleStore store(
            LocalFolders folders, Durability durability, ShuffleSettings settings, SegmentOptions options, Disk disk) {
        return new ShuffleStore(
                folders,
                durability,
                settings,
                options,
                Exchange::builder,
                Exchange::checksums,
                new ArrowBatches(),
                compression(settings),
                disk,
                ChunkMemory.UNLIMITED);
    }

    /** What the settings ask for, for readers on this host. */
    public static Compression compression(ShuffleSettings settings) {
        return new Compression(settings.compression(), LinkSpeed.sameHost(), Clock.system());
    }

    public static BatchBuilder builder(Shape shape) {
        return new BatchBuilder(shape, null, Exchange.class.getClassLoader());
    }

    public static RowChecksums checksums() {
        return new RowChecksums(null, Exchange.class.getClassLoader());
    }

    public static TaskAttempt task(int partition, int epoch, int attempt) {
        return new TaskAttempt(new StageAttempt(new StageId(3), epoch), partition, attempt);
    }

    /** The rows a map attempt writes for a reduce partition: each is unlike any other row. */
    public static long row(MapVersion version, int reduce, int index) {
        return (((version.mapPartition() * 10L + version.epoch()) * 10 + version.attempt()) * 1000 + reduce) * 10_000
                + index;
    }

    public static ColumnBatch longs(long... values) {
        return new ColumnBatch(Shape.Scalar.LONG, values.length, List.of(new Column.Longs(values, null)));
    }

    public static ColumnBatch rows(MapVersion version, int reduce, int count) {
        long[] values = new long[count];
        for (int index = 0; index < count; index++) {
            values[index] = row(version, reduce, index);
        }
        return longs(values);
    }

    /** Writes and commits {@code count} rows for each reduce partition. */
    public static MapOutput write(ShuffleStore store, MapVersion version, int reducers, int count) throws Exception {
        try (MapOutputWriter writer = writer(store, version, reducers)) {
            for (int reduce = 0; reduce < reducers; reduce++) {
                writer.write(reduce, rows(version, reduce, count));
            }
            return writer.commit();
        }
    }

    public static MapOutputWriter writer(ShuffleStore store, MapVersion version, int reducers) {
        return store.writer(
                task(version.mapPartition(), version.epoch(), version.attempt()),
                SHUFFLE,
                reducers,
                new TaskCounters());
    }

    public static List<Long> expected(MapVersion version, int reduce, int count) {
        List<Long> rows = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            rows.add(row(version, reduce, index));
        }
        return rows;
    }

    public static WantedVersions wanted(MapVersion... versions) {
        WantedVersions.Builder builder = new WantedVersions.Builder();
        for (MapVersion version : versions) {
            builder.add(version.mapPartition(), version.epoch(), version.attempt());
        }
        return builder.build();
    }

    /** The rows a store has of wanted versions, as objects. */
    public static List<Object> read(ShuffleStore store, int reduce, MapVersion... versions) throws Exception {
        WantedVersions wanted = wanted(versions);
        List<Object> rows = new ArrayList<>();
        try (PartitionView view = store.read(SHUFFLE, reduce, wanted, 0)) {
            for (StoredChunk chunk : view.chunks()) {
                ChunkSources sources = chunk.sources();
                for (ColumnBatch batch : sources.select(load(view, chunk), wanted)) {
                    rows.addAll(objects(batch));
                }
            }
        }
        return rows;
    }

    /** The rows of a chunk, read with a buffer of their own. */
    public static ColumnBatch load(PartitionView view, StoredChunk chunk) throws IOException {
        try (ReadBuffer room = new ReadBuffers().lend()) {
            return view.load(chunk, room);
        }
    }

    public static List<Object> objects(ColumnBatch batch) {
        RowReader reader = new RowReader(batch, null, Exchange.class.getClassLoader());
        List<Object> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            rows.add(reader.row(row));
        }
        return rows;
    }

    /** The rows in ascending order, which compares large lists faster than any order does. */
    public static List<Object> sorted(List<Object> rows) {
        return rows.stream().sorted().toList();
    }

    /** Everything a source gives, and closes it. */
    public static List<Object> drain(BatchSource source) throws Exception {
        List<Object> rows = new ArrayList<>();
        try (source) {
            for (ColumnBatch batch = source.next(); batch != null; batch = source.next()) {
                rows.addAll(objects(batch));
            }
        }
        return rows;
    }
}
