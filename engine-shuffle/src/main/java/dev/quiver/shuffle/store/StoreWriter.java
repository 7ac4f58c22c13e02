package dev.quiver.shuffle.store;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.checksum.RowChecksums;
import dev.quiver.exec.task.MapOutputWriter;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.shape.Shape;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what one map task attempt writes. Large batches are stored as chunks of their own at once. Others are held back
 * per reduce partition; where enough rows come together they become chunks too, the rest is joined with other maps' rows,
 * at the commit or when the buffer is full. Rows that are in place before the commit carry their version, which no reader asks for yet. Belongs
 * to one thread.
 */
final class StoreWriter implements MapOutputWriter {
    /** A chunk of one's own is worth having from this part of the target size on. */
    private static final int OWN_CHUNK_PART = 8;

    private final StoredShuffle shuffle;
    private final MapVersion version;
    private final RowChecksums checksums;
    private final TaskCounters counters;
    private final Pending[] pending;
    private final long[] rows;
    private final long[] bytes;
    private final BitSet stored = new BitSet();
    private long pendingBytes;
    private long content;
    private boolean committed;
    private boolean closed;

    /** Batches of one reduce partition that are held back. */
    private static final class Pending {
        private final List<ColumnBatch> batches = new ArrayList<>();
        private long bytes;
    }

    /** @param checksums counts the rows, or null when they are not to be counted */
    StoreWriter(StoredShuffle shuffle, MapVersion version, RowChecksums checksums, TaskCounters counters) {
        this.shuffle = shuffle;
        this.version = version;
        this.checksums = checksums;
        this.counters = counters;
        this.pending = new Pending[shuffle.reduceCount()];
        this.rows = new long[pending.length];
        this.bytes = new long[pending.length];
    }

    @Override
    public void write(int reducePartition, ColumnBatch batch) throws IOException {
        requireOpen();
        if (reducePartition < 0 || reducePartition >= pending.length) {
            throw new IllegalArgumentException("reduce partition " + reducePartition + " of shuffle " + shuffle.id()
                    + ", which has " + pending.length);
        }
        if (batch.rows() == 0) {
            return;
        }
        rows[reducePartition] += batch.rows();
        bytes[reducePartition] += batch.sizeBytes();
        if (checksums != null) {
            content += checksums.sum(reducePartition, batch);
        }
        if (isWorthAChunk(batch.sizeBytes())) {
            // It gets a chunk of its own in any case, and is in the cache now.
            stored.set(reducePartition);
            store(shuffle.partition(reducePartition), new OpenChunk(version, batch, shuffle.builders()));
            return;
        }
        Pending held = pending[reducePartition];
        if (held == null) {
            held = pending[reducePartition] = new Pending();
        }
        held.batches.add(batch);
        held.bytes += batch.sizeBytes();
        pendingBytes += batch.sizeBytes();
        if (held.bytes >= shuffle.settings().chunkTargetBytes()) {
            flush(reducePartition);
        }
        if (pendingBytes > shuffle.settings().writeBufferBytes()) {
            makeRoom();
        }
    }

    @Override
    public boolean countsRows() {
        return checksums != null;
    }

    @Override
    public void correctContent(long difference) {
        content += difference;
    }

    @Override
    public MapOutput commit() throws IOException {
        requireOpen();
        shuffle.requirePresent();
        for (int partition = 0; partition < pending.length; partition++) {
            flush(partition);
        }
        shuffle.makeRoom();
        byte[] sizes = new byte[rows.length];
        long total = 0;
        long totalBytes = 0;
        for (int partition = 0; partition < rows.length; partition++) {
            total += rows[partition];
            totalBytes += bytes[partition];
            // Rows without columns have no bytes, and must be fetched all the same.
            sizes[partition] = rows[partition] == 0 ? 0 : BlockSizes.encode(Math.max(1, bytes[partition]));
        }
        shuffle.commit(version, RowCounts.of(rows));
        committed = true;
        counters.shuffleWrite(total, totalBytes);
        return new MapOutput(
                shuffle.id(),
                version.mapPartition(),
                version.epoch(),
                version.attempt(),
                total,
                checksums == null ? MapOutput.NOT_COUNTED : RowChecksums.ofOutput(content),
                sizes);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (!committed) {
            stored.stream().forEach(partition -> shuffle.partition(partition).drop(version));
        }
    }

    /** Hands on the partitions that hold most, until half of the buffer is free. */
    private void makeRoom() throws IOException {
        List<Integer> fullest = new ArrayList<>();
        for (int partition = 0; partition < pending.length; partition++) {
            if (pending[partition] != null) {
                fullest.add(partition);
            }
        }
        fullest.sort(Comparator.comparingLong(partition -> -pending[partition].bytes));
        for (int partition : fullest) {
            if (pendingBytes <= shuffle.settings().writeBufferBytes() / 2) {
                break;
            }
            flush(partition);
        }
        shuffle.makeRoom();
    }

    private void flush(int partition) throws IOException {
        Pending held = pending[partition];
        if (held == null) {
            return;
        }
        pending[partition] = null;
        pendingBytes -= held.bytes;
        PartitionChunks chunks = shuffle.partition(partition);
        stored.set(partition);
        if (!isWorthAChunk(held.bytes)) {
            for (ColumnBatch batch : held.batches) {
                chunks.join(version, batch);
            }
            return;
        }
        Map<Shape, OpenChunk> own = new LinkedHashMap<>();
        for (ColumnBatch batch : held.batches) {
            if (isWorthAChunk(batch.sizeBytes())) {
                store(chunks, new OpenChunk(version, batch, shuffle.builders()));
                continue;
            }
            OpenChunk chunk = own.get(batch.shape());
            if (chunk != null && chunk.add(version, batch)) {
                continue;
            }
            if (chunk != null) {
                store(chunks, chunk);
            }
            own.put(batch.shape(), new OpenChunk(version, batch, shuffle.builders()));
        }
        for (OpenChunk chunk : own.values()) {
            store(chunks, chunk);
        }
    }

    private void store(PartitionChunks chunks, OpenChunk own) throws IOException {
        ChunkSources sources = own.sources();
        if (isWorthAChunk(own.bytes())) {
            chunks.addOwn(own.sealed(), sources);
        } else {
            chunks.join(version, own.sealed());
        }
    }

    private boolean isWorthAChunk(long size) {
        return size >= shuffle.settings().chunkTargetBytes() / OWN_CHUNK_PART;
    }

    private void requireOpen() {
        if (committed || closed) {
            throw new IllegalStateException("the writer of map output " + version + " of shuffle " + shuffle.id()
                    + (committed ? " has committed" : " is closed"));
        }
    }
}
