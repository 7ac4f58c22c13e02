package dev.quiver.shuffle.storage;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.format.ReadBuffer;
import dev.quiver.task.MapVersion;
import java.io.IOException;
import java.util.List;

/** What a storage has of one reduce partition for one reader, chunk by chunk. Belongs to one thread. */
public interface StoredRows extends AutoCloseable {
    /** The wanted map outputs that are committed, by ascending map partition. */
    List<MapVersion> known();

    /** Rows of each known map output in the partition. */
    long[] rows();

    /** Goes on to the next chunk with wanted rows, which may hold unwanted rows too; false when there is none. */
    boolean next();

    /** Where the rows of this chunk came from. */
    ChunkSources sources();

    /**
     * The rows of this chunk, checked against its checksum.
     *
     * @param room to read files into; borrowed
     * @throws IOException if it is damaged or cannot be read
     */
    ColumnBatch load(ReadBuffer room) throws IOException;

    /** Lets go. Closing twice is harmless. */
    @Override
    void close();
}
