package dev.quiver.shuffle.store;

import dev.quiver.exec.arrow.MessageBuffer;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.id.ShuffleId;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.BatchSlice;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.format.CheckedRead;
import dev.quiver.shuffle.format.SegmentFiles;
import dev.quiver.shuffle.format.SegmentPlace;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One shuffle on this executor: its partitions, its files, and the map outputs that are committed. A map output becomes
 * visible by its entry in {@code committed}, which is made after all of its rows are in place. Safe for many threads.
 */
final class StoredShuffle {
    private static final Comparator<MapVersion> BY_MAP = Comparator.comparingInt(MapVersion::mapPartition)
            .thenComparingInt(MapVersion::epoch)
            .thenComparingInt(MapVersion::attempt);

    private final ShuffleId id;
    private final ShuffleStore store;
    private final SegmentFiles files;
    private final ChunkEncoder encoder;
    private final PartitionChunks[] partitions;
    private final Map<MapVersion, RowCounts> committed = new ConcurrentSkipListMap<>(BY_MAP);
    private final AtomicLong openBytes = new AtomicLong();
    private final AtomicBoolean makingRoom = new AtomicBoolean();
    private int leases;
    private boolean removed;

    StoredShuffle(ShuffleId id, int reduceCount, ShuffleStore store, SegmentFiles files) {
        this.id = id;
        this.store = store;
        this.files = files;
        this.encoder = store.encoder(id);
        this.partitions = new PartitionChunks[reduceCount];
        for (int partition = 0; partition < reduceCount; partition++) {
            partitions[partition] = new PartitionChunks(this, partition);
        }
    }

    ShuffleId id() {
        return id;
    }

    int reduceCount() {
        return partitions.length;
    }

    ShuffleSettings settings() {
        return store.settings();
    }

    Function<Shape, BatchBuilder> builders() {
        return store.builders();
    }

    SegmentFiles files() {
        return files;
    }

    PartitionChunks partition(int reducePartition) {
        return partitions[reducePartition];
    }

    /** Makes a map output visible. All of its rows must be in place. */
    synchronized void commit(MapVersion version, RowCounts rows) throws IOException {
        requirePresent();
        if (committed.putIfAbsent(version, rows) != null) {
            throw new IllegalStateException(
                    "map output " + version + " of shuffle " + id + " was committed already on this executor");
        }
    }

    /** Whether a map output is visible here. */
    boolean isCommitted(MapVersion version) {
        return committed.containsKey(version);
    }

    /** The wanted map outputs that are committed here, by ascending map partition, each with its rows. */
    Map<MapVersion, RowCounts> known(WantedVersions wanted) {
        Map<MapVersion, RowCounts> known = new LinkedHashMap<>();
        committed.forEach((version, rows) -> {
            if (wanted.contains(version)) {
                known.put(version, rows);
            }
        });
        return known;
    }

    /**
     * Stores a sealed batch in memory if there is room for it and in files otherwise. Nothing is stored on failure,
     * apart from bytes in a file that nothing refers to. Called under the lock of the partition, so that a removal,
     * which clears partition by partition, either finds the chunk or forbids it.
     *
     * @param number of the first chunk
     * @return one chunk; or several, when the rows are of one map output and are too many for one message
     */
    List<StoredChunk> place(int reducePartition, int number, ColumnBatch batch, ChunkSources sources)
            throws IOException {
        requirePresent();
        if (store.durability() == Durability.MEMORY && store.memory().reserve(batch.sizeBytes())) {
            return List.of(new StoredChunk.InMemory(number, sources, batch));
        }
        long target = settings().chunkTargetBytes();
        if (sources.size() > 1 || batch.sizeBytes() <= 4 * target) {
            return List.of(append(reducePartition, number, batch, sources));
        }
        List<StoredChunk> placed = new ArrayList<>();
        for (ColumnBatch piece : BatchSlice.split(batch, target)) {
            ChunkSources part = ChunkSources.of(sources.version(0), piece.rows());
            placed.add(append(reducePartition, number + placed.size(), piece, part));
        }
        return placed;
    }

    StoredChunk keepInMemory(int number, ColumnBatch batch, ChunkSources sources) {
        store.memory().force(batch.sizeBytes());
        return new StoredChunk.InMemory(number, sources, batch);
    }

    private StoredChunk append(int reducePartition, int number, ColumnBatch batch, ChunkSources sources)
            throws IOException {
        MessageBuffer message = store.messages().lend();
        try {
            encoder.encode(batch, message);
            SegmentPlace place =
                    files.append(batch.shape(), store.codec().schemaMessage(batch), reducePartition, message);
            int crc = CheckedRead.crc(ByteBuffer.wrap(message.bytes(), 0, message.length()));
            return new StoredChunk.InFile(number, sources, place.file(), place.offset(), message.length(), crc);
        } finally {
            store.messages().giveBack(message);
        }
    }

    void openChanged(long bytes) {
        openBytes.addAndGet(bytes);
        store.memory().openChanged(bytes);
    }

    long openBytes() {
        return openBytes.get();
    }

    void released(StoredChunk chunk) {
        if (chunk instanceof StoredChunk.InMemory inMemory) {
            store.memory().release(inMemory.batch().sizeBytes());
        }
    }

    /**
     * Seals the fullest partitions while more bytes are open than allowed, down to half of that. One thread does so at
     * a time; the others go on. Holds no partition's lock when called.
     */
    void makeRoom() throws IOException {
        long limit = settings().openMaxBytes();
        if (openBytes.get() <= limit || !makingRoom.compareAndSet(false, true)) {
            return;
        }
        try {
            while (openBytes.get() > limit / 2) {
                long average = Math.max(1, openBytes.get() / partitions.length);
                boolean any = false;
                for (PartitionChunks partition : partitions) {
                    if (partition.openBytes() >= average) {
                        partition.sealOpen();
                        any = true;
                    }
                }
                if (!any) {
                    return;
                }
            }
        } finally {
            makingRoom.set(false);
        }
    }

    /** Seals every partition and publishes the files. */
    void seal() throws IOException {
        for (PartitionChunks partition : partitions) {
            partition.sealOpen();
        }
        files.seal();
    }

    /** Publishes the files if nothing is open any more: the last partition was read, or everything was sealed. */
    void sealFilesIfQuiet() {
        if (openBytes.get() == 0) {
            try {
                files.seal();
            } catch (IOException full) {
                // Published files are for outside readers; the engine's own go by the index.
            }
        }
    }

    /** Keeps files from being deleted until {@link #release}; false when the shuffle is removed. */
    synchronized boolean lease() {
        if (!removed) {
            leases++;
        }
        return !removed;
    }

    void release() throws IOException {
        boolean last;
        synchronized (this) {
            last = --leases == 0 && removed;
        }
        if (last) {
            files.delete();
        }
    }

    /** Forgets everything now, and deletes the files once nobody reads them. Harmless when done already. */
    void remove() throws IOException {
        boolean unused;
        synchronized (this) {
            if (removed) {
                return;
            }
            removed = true;
            unused = leases == 0;
            committed.clear();
        }
        for (PartitionChunks partition : partitions) {
            partition.clear();
        }
        if (unused) {
            files.delete();
        }
    }

    synchronized void requirePresent() throws IOException {
        if (removed) {
            throw new IOException("shuffle " + id + " was removed from this executor: no job needs it any more,"
                    + " so what is written for it is dropped");
        }
    }
}
