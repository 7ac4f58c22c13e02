package dev.quiver.shuffle.wire;

import dev.quiver.shuffle.chunk.ChunkSources;
import dev.quiver.task.MapVersion;
import java.util.List;

/** What a chunk stream says, piece by piece. */
public sealed interface ChunkEvent {
    /**
     * The wanted versions the holder has, and the rows of each in the partition. Comes first.
     *
     * @param sameHost whether the holder knows the reader to be on its own host
     * @param versions by ascending map partition
     * @param rows     one for each version
     */
    record Known(boolean sameHost, List<MapVersion> versions, long[] rows) implements ChunkEvent {}

    /**
     * A chunk that arrived whole. Its message was not checked against the checksum yet.
     *
     * @param number  the holder's number of the chunk
     * @param schema  the Arrow schema message its record batch belongs to
     * @param crc     CRC-32C of the message as the holder knows it
     * @param sources which versions the rows came from
     * @param message the Arrow record batch message
     */
    record Fetched(int number, byte[] schema, int crc, ChunkSources sources, byte[] message) implements ChunkEvent {}

    /**
     * A chunk the reader shall read itself, from a file of this host.
     *
     * @param number  the holder's number of the chunk
     * @param schema  the Arrow schema message its record batch belongs to
     * @param crc     CRC-32C of the message as the holder knows it
     * @param sources which versions the rows came from
     * @param file    path of the file, as the holder names it
     * @param offset  of the Arrow record batch message
     * @param length  of the message
     */
    record Located(int number, byte[] schema, int crc, ChunkSources sources, String file, long offset, int length)
            implements ChunkEvent {}

    /** The holder's own copy of a chunk fails its checksum. Comes last. */
    record Damaged(int number, String message) implements ChunkEvent {}

    /** Everything was sent, this many chunks. Comes last. */
    record End(int chunks) implements ChunkEvent {}
}
