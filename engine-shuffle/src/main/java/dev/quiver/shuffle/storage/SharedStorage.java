package dev.quiver.shuffle.storage;

import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.DiskFull;
import dev.quiver.shuffle.format.FileRange;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import dev.quiver.shuffle.format.SegmentOrigin;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    private final ShuffleStore store;
    private final OpenFiles files;
    private final FetchMeter meter;
    private final IndexCache indexes;

    /**
     * @param folder          of the application
     * @param store           writes and reads the files, one lane a schema and forced to the disk; its own directory stays
     *                        empty. Transferred: closed with this
     * @param meter           told what is read and how long that took
     * @param indexCacheBytes most bytes of indexes that are kept
     */
    public SharedStorage(Path folder, ShuffleStore store, FetchMeter meter, long indexCacheBytes) {
        this.folder = folder;
        this.store = store;
        this.files = store.files();
        this.meter = meter;
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
    public MapOutputWriter writer(TaskAttempt task, ShuffleId shuffle, int reduceCount, TaskCounters counters) {
        MapVersion version = new MapVersion(task.partition(), task.stage().epoch(), task.attempt());
        Path home = home(shuffle, version);
        return store.writer(
                task,
                shuffle,
                reduceCount,
                home,
                (rows, chunks) -> publish(shuffle, version, home, rows, chunks),
                counters);
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
        } catch (IOException failure) {
            throw DiskFull.explain(disk, part, store.options().setting(), bytes.length, failure);
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
        SegmentOrigin origin = new SegmentOrigin(
                store.options().application(), shuffle, store.options().executor());
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
        return new SharedRows(parts, files, store.codec(), meter);
    }

    private MapIndex load(ShuffleId shuffle, MapVersion version) throws IOException {
        Path path = home(shuffle, version).resolve(INDEX);
        try (FileChannel channel = files.disk().read(path)) {
            byte[] bytes = new byte[Math.toIntExact(channel.size())];
            FileRange.read(channel, 0, ByteBuffer.wrap(bytes), path.toString());
            MapIndex index = MapIndexCodec.decode(bytes);
            SegmentOrigin origin = index.origin();
            if (!origin.application().equals(store.options().application())
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
        store.remove(shuffle);
        indexes.forget(shuffle);
        files.closeUnder(home(shuffle));
        files.disk().deleteTree(home(shuffle));
    }

    /** Closes files; they stay where they are, for other executors. */
    @Override
    public void close() throws IOException {
        store.close();
    }
}
