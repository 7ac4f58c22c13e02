package dev.quiver.shuffle.storage;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.FileRange;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.shuffle.format.SegmentOrigin;
import dev.quiver.shuffle.store.LoneMapOutput;
import dev.quiver.shuffle.store.SealedChunk;
import dev.quiver.shuffle.store.ShuffleStore;
import dev.quiver.task.MapVersion;
import dev.quiver.wire.MalformedMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Map outputs in a folder that every executor of the application reaches, and that outlives them.
 *
 * <pre>
 *   quiver-shuffle-app-m3x9/           of the application; the driver removes it
 *     shuffle-7/
 *       map-3.0.1/                     a map output, by map partition, epoch and attempt
 *         schema-0-lane-0-0.arrow      its rows: forced to the disk, then published
 *         index                        published last, the same way: from then on the output is there
 *       map-4.0.0/
 *         schema-0-lane-0-0.arrow.part still being written, or never finished
 * </pre>
 *
 * A reader asks for the versions the driver chose, and finds those whose index is there. So what is half-written, or of an
 * attempt that came too late, is never read, and no executor has to live for what it has written. Safe for many threads.
 */
public final class SharedStorage implements ShuffleStorage {
    private static final String INDEX = "index";

    private final Path folder;
    private final SegmentOptions options;
    private final Function<Path, ShuffleStore> stores;
    private final ArrowBatches codec;
    private final OpenFiles files;
    private final IndexCache indexes;
    private final BitSet removed = new BitSet();
    private boolean closed;

    /**
     * @param folder          of the application
     * @param options         who writes, for the indexes
     * @param stores          a store for one map output in a folder of its own, one lane a schema, whose files are forced
     *                        to the disk
     * @param maxOpenFiles    most idle handles for reading that are kept
     * @param indexCacheBytes most bytes of indexes that are kept
     */
    public SharedStorage(
            Path folder,
            SegmentOptions options,
            Function<Path, ShuffleStore> stores,
            ArrowBatches codec,
            Disk disk,
            int maxOpenFiles,
            long indexCacheBytes) {
        this.folder = folder;
        this.options = options;
        this.stores = stores;
        this.codec = codec;
        this.files = new OpenFiles(disk, maxOpenFiles);
        this.indexes = new IndexCache(indexCacheBytes);
    }

    @Override
    public boolean isReliable() {
        return StorageKind.SHARED.isReliable();
    }

    @Override
    public boolean reaches(ExecutorId holder) {
        return true;
    }

    @Override
    public MapOutputWriter writer(TaskAttempt task, ShuffleId shuffle, int reduceCount) {
        synchronized (this) {
            if (closed || removed.get(shuffle.value())) {
                throw new IllegalStateException(
                        closed
                                ? "the shuffle storage is closed"
                                : "shuffle " + shuffle + " was removed: no job needs it any more");
            }
        }
        MapVersion version = new MapVersion(task.partition(), task.stage().epoch(), task.attempt());
        Path home = home(shuffle, version);
        return new LoneMapOutput(
                stores.apply(home),
                shuffle,
                version,
                reduceCount,
                (rows, chunks) -> publish(shuffle, version, home, rows, chunks));
    }

    private void publish(ShuffleId shuffle, MapVersion version, Path home, long[] rows, List<SealedChunk> sealed)
            throws IOException {
        byte[] bytes = MapIndexCodec.encode(index(shuffle, version, rows, sealed));
        Disk disk = files.disk();
        disk.createDirectory(home);
        Path part = home.resolve(INDEX + SegmentFile.PART);
        try (Disk.Writable file = disk.write(part)) {
            file.write(0, bytes);
            file.force();
        }
        disk.force(home.getParent());
        disk.rename(part, home.resolve(INDEX));
        disk.force(home);
    }

    private MapIndex index(ShuffleId shuffle, MapVersion version, long[] rows, List<SealedChunk> sealed) {
        Map<SegmentFile, Integer> numbers = new LinkedHashMap<>();
        List<MapIndex.Segment> segments = new ArrayList<>();
        MapIndex.Chunks chunks = new MapIndex.Chunks(sealed.size());
        int[] firstChunk = new int[rows.length + 1];
        for (int at = 0; at < sealed.size(); at++) {
            SealedChunk chunk = sealed.get(at);
            Integer number = numbers.get(chunk.file());
            if (number == null) {
                number = numbers.size();
                numbers.put(chunk.file(), number);
                String name = chunk.file().path().getFileName().toString();
                segments.add(new MapIndex.Segment(name, chunk.file().schemaMessage()));
            }
            chunks.segments()[at] = number;
            chunks.offsets()[at] = chunk.offset();
            chunks.lengths()[at] = chunk.length();
            chunks.crcs()[at] = chunk.crc();
            chunks.rows()[at] = chunk.rows();
            firstChunk[chunk.reducePartition() + 1]++;
        }
        for (int partition = 0; partition < rows.length; partition++) {
            firstChunk[partition + 1] += firstChunk[partition];
        }
        SegmentOrigin origin = new SegmentOrigin(options.application(), shuffle, options.executor());
        return new MapIndex(origin, version, segments, rows, firstChunk, chunks);
    }

    @Override
    public StoredRows read(ShuffleId shuffle, int reducePartition, WantedVersions wanted) throws IOException {
        List<MapIndexPart> parts = new ArrayList<>(wanted.count());
        for (int position = 0; position < wanted.count(); position++) {
            MapVersion version = wanted.version(position);
            MapIndex index = indexes.get(shuffle, version, this::load);
            if (index != null && reducePartition < index.reduceCount()) {
                parts.add(index.part(reducePartition, home(shuffle, version)));
            }
        }
        return new SharedRows(parts, files, codec);
    }

    private MapIndex load(ShuffleId shuffle, MapVersion version) throws IOException {
        Path path = home(shuffle, version).resolve(INDEX);
        try (FileChannel channel = files.disk().read(path)) {
            byte[] bytes = new byte[Math.toIntExact(channel.size())];
            FileRange.read(channel, 0, ByteBuffer.wrap(bytes), path.toString());
            MapIndex index = MapIndexCodec.decode(bytes);
            SegmentOrigin origin = index.origin();
            if (!origin.application().equals(options.application())
                    || !origin.shuffle().equals(shuffle)
                    || !index.version().equals(version)) {
                throw new MalformedMessage("it is of map output " + index.version() + " of " + origin);
            }
            return index;
        } catch (NoSuchFileException notPublished) {
            return null;
        } catch (MalformedMessage | ArithmeticException damaged) {
            throw new MapOutputUnreadable(version, path + " is damaged: " + damaged.getMessage(), damaged);
        } catch (ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (IOException unreadable) {
            throw new MapOutputUnreadable(version, unreadable.toString(), unreadable);
        }
    }

    private Path home(ShuffleId shuffle, MapVersion version) {
        return home(shuffle).resolve("map-" + version.mapPartition() + "." + version.epoch() + "." + version.attempt());
    }

    private Path home(ShuffleId shuffle) {
        return folder.resolve("shuffle-" + shuffle.value());
    }

    /** Deletes the shuffle's files, as does every other executor; whoever still reads some has them open. */
    @Override
    public void remove(ShuffleId shuffle) throws IOException {
        synchronized (this) {
            removed.set(shuffle.value());
        }
        indexes.forget(shuffle);
        files.closeUnder(home(shuffle));
        files.disk().deleteTree(home(shuffle));
    }

    /** Closes files; they stay where they are, for other executors. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        files.close();
    }
}
