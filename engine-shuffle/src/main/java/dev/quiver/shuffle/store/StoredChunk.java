package dev.quiver.shuffle.store;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.shuffle.format.SegmentFile;

/**
 * An entry of the index: rows for one reduce partition, where they are, and which map outputs they came from.
 * Immutable.
 */
public sealed interface StoredChunk {
    /** Position among the chunks of its reduce partition; never changes and is never used again. */
    int number();

    ChunkSources sources();

    /** Held as a batch. */
    record InMemory(int number, ChunkSources sources, ColumnBatch batch) implements StoredChunk {}

    /**
     * Held in a file.
     *
     * @param offset of the record batch message
     * @param length of the message
     * @param crc    CRC-32C of the message
     */
    record InFile(int number, ChunkSources sources, SegmentFile file, long offset, int length, int crc)
            implements StoredChunk {}
}
