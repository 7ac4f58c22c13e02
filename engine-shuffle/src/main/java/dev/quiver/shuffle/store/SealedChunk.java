package dev.quiver.shuffle.store;

import dev.quiver.shuffle.format.SegmentFile;

/**
 * A chunk of a map output in files of its own.
 *
 * @param file   holds it; published
 * @param offset of the record batch message
 * @param length of the message
 * @param crc    CRC-32C of the message
 * @param rows   in the chunk
 */
public record SealedChunk(int reducePartition, SegmentFile file, long offset, int length, int crc, int rows) {}
