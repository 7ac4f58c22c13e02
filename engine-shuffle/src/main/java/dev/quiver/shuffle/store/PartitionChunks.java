package dev.quiver.shuffle.store;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.chunk.WantedVersions;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of one reduce partition on this executor: sealed ones by number, and up to a few open ones, one a shape,
 * to which all map tasks add their small batches. Rows may stand here before their map output is committed, or for ever
 * when it never is; readers take rows of versions they know to be committed only. Safe for many threads: one lock, held
 * while batches are joined or one chunk is stored.
 */
final class PartitionChunks {
    /** Shapes that are joined side by side; the oldest is sealed when one more comes. */
    private static final int MAX_OPEN = 4;

    private final StoredShuffle shuffle;
    private final int reducePartition;
    private final List<StoredChunk> chunks = new ArrayList<>();
    private final List<OpenChunk> open = new ArrayList<>(1);

    PartitionChunks(StoredShuffle shuffle, int reducePartition) {
        this.shuffle = shuffle;
        this.reducePartition = reducePartition;
    }

    /** Stores rows of one map output as a chunk of their own. */
    synchronized void addOwn(ColumnBatch batch, ChunkSources sources) throws IOException {
        chunks.addAll(shuffle.place(reducePartition, chunks.size(), batch, sources));
    }

    /** Stores a chunk that was made on another executor; returns what to {@link #drop} should it come to nothing. */
    synchronized List<StoredChunk> addAdopted(ColumnBatch batch, ChunkSources sources) throws IOException {
        List<StoredChunk> placed = shuffle.place(reducePartition, chunks.size(), batch, sources);
        chunks.addAll(placed);
        return placed;
    }

    /** Forgets these sealed chunks. Harmless when that was done already. */
    synchronized void drop(List<StoredChunk> dropped) {
        for (StoredChunk chunk : dropped) {
            if (chunk.number() < chunks.size() && chunks.get(chunk.number()) == chunk) {
                shuffle.released(chunk);
                chunks.set(chunk.number(), null);
            }
        }
    }

    /** Joins rows with those of other maps. */
    synchronized void join(MapVersion version, ColumnBatch batch) throws IOException {
        for (OpenChunk chunk : open) {
            if (chunk.shape().equals(batch.shape())) {
                long before = chunk.bytes();
                if (add(chunk, version, batch)) {
                    shuffle.openChanged(chunk.bytes() - before);
                    if (chunk.isFull(shuffle.settings().chunkTargetBytes())) {
                        seal(chunk);
                    }
                    return;
                }
                seal(chunk);
                break;
            }
        }
        if (open.size() == MAX_OPEN) {
            seal(open.get(0));
        }
        OpenChunk chunk = new OpenChunk(version, batch, shuffle.builders());
        open.add(chunk);
        shuffle.openChanged(chunk.bytes());
        if (chunk.isFull(shuffle.settings().chunkTargetBytes())) {
            seal(chunk);
        }
    }

    synchronized long openBytes() {
        long bytes = 0;
        for (OpenChunk chunk : open) {
            bytes += chunk.bytes();
        }
        return bytes;
    }

    synchronized void sealOpen() throws IOException {
        while (!open.isEmpty()) {
            seal(open.get(0));
        }
    }

    /** Sealed chunks that hold wanted rows, by ascending number. Seals what is open. */
    synchronized List<StoredChunk> containing(WantedVersions wanted, int fromChunk) {
        while (!open.isEmpty()) {
            try {
                seal(open.get(0));
            } catch (IOException noRoomOnDisk) {
                // The rows are in memory already, and the reader needs no file: they stay where they are.
                OpenChunk chunk = open.remove(0);
                ColumnBatch batch = chunk.sealed();
                chunks.add(shuffle.keepInMemory(chunks.size(), batch, chunk.sources()));
                shuffle.openChanged(-chunk.bytes());
            }
        }
        List<StoredChunk> found = new ArrayList<>();
        for (int number = fromChunk; number < chunks.size(); number++) {
            StoredChunk chunk = chunks.get(number);
            if (chunk != null && chunk.sources().containsAnyOf(wanted)) {
                found.add(chunk);
            }
        }
        return found;
    }

    /** Forgets sealed chunks that hold nothing but rows of a map output that will not be committed. */
    synchronized void drop(MapVersion version) {
        for (int number = 0; number < chunks.size(); number++) {
            StoredChunk chunk = chunks.get(number);
            if (chunk != null && chunk.sources().isOnly(version)) {
                shuffle.released(chunk);
                chunks.set(number, null);
            }
        }
    }

    /** Forgets everything, because the shuffle is removed. */
    synchronized void clear() {
        for (StoredChunk chunk : chunks) {
            if (chunk != null) {
                shuffle.released(chunk);
            }
        }
        chunks.clear();
        for (OpenChunk chunk : open) {
            shuffle.openChanged(-chunk.bytes());
        }
        open.clear();
    }

    synchronized int sealedCount() {
        return chunks.size();
    }

    private boolean add(OpenChunk chunk, MapVersion version, ColumnBatch batch) {
        try {
            return chunk.add(version, batch);
        } catch (RuntimeException | Error disorder) {
            giveUp(chunk);
            throw disorder;
        }
    }

    /** Moves an open chunk among the sealed ones; it stays open, with all its rows, when it cannot be stored. */
    private void seal(OpenChunk chunk) throws IOException {
        ColumnBatch batch;
        try {
            batch = chunk.sealed();
        } catch (RuntimeException | Error disorder) {
            giveUp(chunk);
            throw disorder;
        }
        chunks.addAll(shuffle.place(reducePartition, chunks.size(), batch, chunk.sources()));
        open.remove(chunk);
        shuffle.openChanged(-chunk.bytes());
    }

    /**
     * Drops a chunk whose rows are in disorder, most likely because memory ran out while they were joined. Committed
     * rows are lost with it: their readers miss them when they count, and have them computed again.
     */
    private void giveUp(OpenChunk chunk) {
        open.remove(chunk);
        shuffle.openChanged(-chunk.bytes());
    }
}
