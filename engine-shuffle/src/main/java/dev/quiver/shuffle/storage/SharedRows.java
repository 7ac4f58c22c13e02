package dev.quiver.shuffle.storage;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.compress.FetchMeter;
import dev.quiver.shuffle.format.CheckedRead;
import dev.quiver.shuffle.format.NotAsWritten;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.storage.MapIndex.Chunks;
import dev.quiver.shuffle.storage.MapIndex.Segment;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The rows of one reduce partition in the files of several map outputs, one after another. */
final class SharedRows implements StoredRows {
    private final List<MapIndexPart> parts;
    private final OpenFiles files;
    private final ArrowBatches codec;
    private final FetchMeter meter;
    private final Iterator<MapIndexPart> following;
    private MapIndexPart part;
    private int chunk;

    SharedRows(List<MapIndexPart> parts, OpenFiles files, ArrowBatches codec, FetchMeter meter) {
        this.parts = parts;
        this.files = files;
        this.codec = codec;
        this.meter = meter;
        this.following = parts.iterator();
    }

    @Override
    public List<MapVersion> known() {
        return parts.stream().map(MapIndexPart::version).toList();
    }

    @Override
    public long[] rows() {
        return parts.stream().mapToLong(MapIndexPart::rows).toArray();
    }

    @Override
    public boolean next() {
        chunk++;
        while (part == null || chunk >= part.chunks().count()) {
            if (!following.hasNext()) {
                return false;
            }
            part = following.next();
            chunk = 0;
        }
        return true;
    }

    @Override
    public ChunkSources sources() {
        return ChunkSources.of(part.version(), part.chunks().rows()[chunk]);
    }

    @Override
    public ColumnBatch load(ReadBuffer room) throws IOException {
        Chunks chunks = part.chunks();
        Segment segment = part.segments().get(chunks.segments()[chunk]);
        Path file = part.home().resolve(segment.name());
        long offset = chunks.offsets()[chunk];
        ByteBuffer message = room.room(chunks.lengths()[chunk]);
        long start = meter.nanoTime();
        try {
            CheckedRead.read(into -> files.read(file, offset, into), message, chunks.crcs()[chunk]);
        } catch (NotAsWritten damaged) {
            throw new IOException(
                    "a chunk of map output " + part.version() + ", " + message.remaining() + " bytes at " + offset
                            + " of " + file + ", " + damaged.getMessage()
                            + ": the disk or its file system damaged it",
                    damaged);
        }
        meter.arrived(message.remaining(), meter.nanoTime() - start);
        ColumnBatch batch = codec.decode(segment.schemaMessage(), message);
        if (batch.rows() != chunks.rows()[chunk]) {
            throw new IOException("a chunk of map output " + part.version() + " at " + offset + " of " + file + " has "
                    + batch.rows() + " rows where its index says " + chunks.rows()[chunk]);
        }
        return batch;
    }

    /** Files are closed when others need their handles, or with the storage. */
    @Override
    public void close() {
        part = null;
    }
}
