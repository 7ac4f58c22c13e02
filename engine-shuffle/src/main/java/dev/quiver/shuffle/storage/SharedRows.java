package dev.quiver.shuffle.storage;

import dev.quiver.exec.arrow.ArrowBatches;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.format.OpenFiles;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.shuffle.storage.MapIndex.Chunks;
import dev.quiver.shuffle.storage.MapIndex.Segment;
import dev.quiver.task.MapVersion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;

/** The rows of one reduce partition in the files of several map outputs, one after another. */
final class SharedRows implements StoredRows {
    private final List<MapIndexPart> parts;
    private final OpenFiles files;
    private final ArrowBatches codec;
    private final Iterator<MapIndexPart> following;
    private MapIndexPart part;
    private int chunk;

    SharedRows(List<MapIndexPart> parts, OpenFiles files, ArrowBatches codec) {
        this.parts = parts;
        this.files = files;
        this.codec = codec;
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

    /** Reads a second time what is damaged, in case memory and not the disk was at fault. */
    @Override
    public ColumnBatch load(ReadBuffer room) throws IOException {
        Chunks chunks = part.chunks();
        Segment segment = part.segments().get(chunks.segments()[chunk]);
        Path file = part.home().resolve(segment.name());
        ByteBuffer message = room.room(chunks.lengths()[chunk]);
        String wrong = "";
        IOException cause = null;
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                files.read(file, chunks.offsets()[chunk], message);
                CRC32C crc = new CRC32C();
                crc.update(message.duplicate());
                if ((int) crc.getValue() == chunks.crcs()[chunk]) {
                    return codec.decode(segment.schemaMessage(), message);
                }
                wrong = "has checksum %08x where %08x was written"
                        .formatted((int) crc.getValue(), chunks.crcs()[chunk]);
                cause = null;
            } catch (EOFException truncated) {
                wrong = "is cut short";
                cause = truncated;
            }
        }
        throw new IOException(
                "a chunk of map output " + part.version() + ", " + chunks.lengths()[chunk] + " bytes at "
                        + chunks.offsets()[chunk] + " of " + file + ", " + wrong
                        + ": the disk or its file system damaged it",
                cause);
    }

    /** Files are closed when others need their handles, or with the storage. */
    @Override
    public void close() {
        part = null;
    }
}
