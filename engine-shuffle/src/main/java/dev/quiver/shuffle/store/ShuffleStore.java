package dev.quiver.shuffle.store;

import dev.quiver.block.folder.LocalFolders;
import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.ShuffleSettings;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.shuffle.compress.ChunkEncoder;
import dev.quiver.shuffle.compress.Compression;
import dev.quiver.shuffle.format.Deleting;
import dev.quiver.shuffle.format.Disk;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.SegmentFile;
import dev.quiver.shuffle.format.SegmentFiles;
import dev.quiver.shuffle.format.SegmentOptions;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The map outputs of one executor process. Per reduce partition it keeps chunks of about the target size that join rows
 * of many map tasks, so that maps x reducers never becomes a number of files, of handles or of reads. Safe for many
 * threads.
 */
public final class ShuffleStore implements AutoCloseable {
    private final LocalFolders folders;
    private final Durability durability;
    private final ShuffleSettings settings;
    private final SegmentOptions options;
    private final Function<Shape, BatchBuilder> builders;
    private final Supplier<RowChecksums> checksums;
    private final ArrowBatches codec;
    private final Disk disk;
    private final Compression compression;
    private final OpenFiles files;
    private final MemoryRoom memory;
    private final MessageBuffers messages = new MessageBuffers();
    private final Map<Integer, StoredShuffle> shuffles = new TreeMap<>();
    private final Map<Integer, ChunkEncoder> encoders = new TreeMap<>();
    private final BitSet removed = new BitSet();
    private boolean closed;

    /**
     * @param folders     for the files of this store alone; made when the first file is, deleted by {@link #close}
     * @param durability  whether chunks may stay in memory
     * @param options     how files are written
     * @param builders    makes a builder for rows of a shape, with the application's class loader
     * @param checksums   makes what counts the rows of one map task, in the same way on every executor
     * @param codec       shared with the rest of the process
     * @param compression of chunks that go to files
     * @param disk        the file system
     * @param budget      accounts for the chunks in memory; borrowed
     */
    public ShuffleStore(
            LocalFolders folders,
            Durability durability,
            ShuffleSettings settings,
            SegmentOptions options,
            Function<Shape, BatchBuilder> builders,
            Supplier<RowChecksums> checksums,
            ArrowBatches codec,
            Compression compression,
            Disk disk,
            ChunkMemory budget) {
        this.folders = folders;
        this.durability = durability;
        this.settings = settings;
        this.options = options;
        this.builders = builders;
        this.checksums = checksums;
        this.codec = codec;
        this.disk = disk;
        this.compression = compression;
        this.files = new OpenFiles(disk, settings.maxOpenFiles());
        this.memory = new MemoryRoom(settings.memoryMaxBytes(), budget);
    }

    /**
     * A writer for what a map task contributes. Belongs to the task's thread, which closes it.
     *
     * @param task        the attempt; its stage epoch, partition and attempt number become the version of the output
     * @param reduceCount reduce partitions of the shuffle, the same for every map task
     * @param counters    of the task: told at the commit what was written
     * @throws IllegalStateException if the store is closed, or the shuffle was removed
     */
    public MapOutputWriter writer(TaskAttempt task, ShuffleId shuffle, int reduceCount, TaskCounters counters) {
        return writer(task, shuffle(shuffle, reduceCount), counters);
    }

    /**
     * A writer for a map output in files that hold nothing else, in a folder outside of this store, which does not keep
     * it. Belongs to the task's thread, which closes it.
     *
     * @param home      for this output alone; made with its first file, and deleted if the output is not published
     * @param publisher told when the files are complete, as the last act of the commit
     * @throws IllegalStateException as {@link #writer(TaskAttempt, ShuffleId, int, TaskCounters)}
     */
    public MapOutputWriter writer(
            TaskAttempt task,
            ShuffleId shuffle,
            int reduceCount,
            Path home,
            LoneMapOutput.Publisher publisher,
            TaskCounters counters) {
        requireWanted(shuffle);
        SegmentFiles segments = new SegmentFiles(LocalFolders.of(home), files, options, shuffle);
        StoredShuffle alone = new StoredShuffle(shuffle, reduceCount, this, segments);
        return new LoneMapOutput(alone, version(task), writer(task, alone, counters), publisher);
    }

    /**
     * Takes in map outputs that another executor has committed, for this one to serve. Belongs to the thread of the
     * caller, who closes it.
     *
     * @param versions those to take; what is here already is not taken again
     * @throws IllegalStateException if the store is closed, or the shuffle was removed
     */
    public AdoptedOutputs adopt(ShuffleId shuffle, int reduceCount, List<MapVersion> versions) {
        return new AdoptedOutputs(shuffle(shuffle, reduceCount), versions);
    }

    private StoreWriter writer(TaskAttempt task, StoredShuffle shuffle, TaskCounters counters) {
        return new StoreWriter(shuffle, version(task), settings.contentChecksums() ? checksums.get() : null, counters);
    }

    private static MapVersion version(TaskAttempt task) {
        return new MapVersion(task.partition(), task.stage().epoch(), task.attempt());
    }

    /**
     * Opens what is here of one reduce partition. Rows that wait to be joined with others are sealed.
     *
     * @param fromChunk number of the first chunk of interest, 0 for all
     * @return the view, empty when the shuffle is unknown here; returned: the caller closes it
     */
    public PartitionView read(ShuffleId shuffle, int reducePartition, WantedVersions wanted, int fromChunk) {
        StoredShuffle stored;
        synchronized (this) {
            stored = shuffles.get(shuffle.value());
        }
        if (stored == null || reducePartition >= stored.reduceCount() || !stored.lease()) {
            return new PartitionView(null, codec, List.of(), new long[0], List.of());
        }
        Map<MapVersion, RowCounts> known = stored.known(wanted);
        long[] rows = known.values().stream()
                .mapToLong(counts -> counts.rows(reducePartition))
                .toArray();
        List<StoredChunk> chunks = stored.partition(reducePartition).containing(wanted, fromChunk);
        stored.sealFilesIfQuiet();
        return new PartitionView(stored, codec, List.copyOf(known.keySet()), rows, chunks);
    }

    /** Seals everything that is open and publishes the files, so that any Arrow reader can open them. */
    public void seal(ShuffleId shuffle) throws IOException {
        StoredShuffle stored;
        synchronized (this) {
            stored = shuffles.get(shuffle.value());
        }
        if (stored != null) {
            stored.seal();
        }
    }

    /** Forgets a shuffle, for good. Its files go when their last reader does. Harmless when it is unknown. */
    public void remove(ShuffleId shuffle) throws IOException {
        StoredShuffle stored;
        synchronized (this) {
            removed.set(shuffle.value());
            encoders.remove(shuffle.value());
            stored = shuffles.remove(shuffle.value());
        }
        if (stored != null) {
            stored.remove();
        }
    }

    /** Bytes of sealed chunks in memory. */
    public long memoryBytes() {
        return memory.usedBytes();
    }

    /** Bytes of chunks that are not sealed yet. */
    public long openBytes() {
        return all().stream().mapToLong(StoredShuffle::openBytes).sum();
    }

    /** Bytes in files. */
    public long fileBytes() {
        return all().stream()
                .flatMap(shuffle -> shuffle.files().files().stream())
                .mapToLong(SegmentFile::sizeBytes)
                .sum();
    }

    /** File handles that are open. */
    public int openFiles() {
        return files.open();
    }

    /** Forgets every shuffle and deletes the directory. Closing twice is harmless. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        IOException failure = null;
        for (StoredShuffle shuffle : all()) {
            try {
                shuffle.remove();
            } catch (IOException first) {
                failure = failure == null ? first : failure;
            }
        }
        files.close();
        synchronized (this) {
            shuffles.clear();
        }
        try {
            Deleting.trees(disk, folders.all());
        } catch (IOException last) {
            failure = failure == null ? last : failure;
        }
        if (failure != null) {
            throw failure;
        }
    }

    ShuffleSettings settings() {
        return settings;
    }

    Durability durability() {
        return durability;
    }

    Function<Shape, BatchBuilder> builders() {
        return builders;
    }

    /** The codec all chunks of the process go through. */
    public ArrowBatches codec() {
        return codec;
    }

    /** How chunks that go to files are compressed, and what came of it. */
    public Compression compression() {
        return compression;
    }

    /** What chunks are encoded in. */
    MessageBuffers messages() {
        return messages;
    }

    MemoryRoom memory() {
        return memory;
    }

    /** Encodes the chunks of a shuffle, whichever files they go to: what was learned of its rows holds for all of them. */
    synchronized ChunkEncoder encoder(ShuffleId shuffle) {
        return encoders.computeIfAbsent(shuffle.value(), value -> compression.forShuffle(shuffle, codec));
    }

    /** The handles of the files that are written and read. */
    public OpenFiles files() {
        return files;
    }

    /** How files are written. */
    public SegmentOptions options() {
        return options;
    }

    private synchronized List<StoredShuffle> all() {
        return new ArrayList<>(shuffles.values());
    }

    private synchronized void requireWanted(ShuffleId id) {
        if (closed || removed.get(id.value())) {
            throw new IllegalStateException(
                    closed
                            ? "the shuffle store is closed"
                            : "shuffle " + id + " was removed: no job needs it any more");
        }
    }

    private synchronized StoredShuffle shuffle(ShuffleId id, int reduceCount) {
        requireWanted(id);
        StoredShuffle stored = shuffles.computeIfAbsent(
                id.value(),
                value -> new StoredShuffle(
                        id,
                        reduceCount,
                        this,
                        new SegmentFiles(folders.below("shuffle-" + value), files, options, id)));
        if (stored.reduceCount() != reduceCount) {
            throw new IllegalStateException("shuffle " + id + " has " + stored.reduceCount()
                    + " reduce partitions on this executor, and now a map task comes with " + reduceCount);
        }
        return stored;
    }
}
