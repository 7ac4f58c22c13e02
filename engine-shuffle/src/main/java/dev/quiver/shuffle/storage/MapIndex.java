package dev.quiver.shuffle.storage;

import dev.quiver.shuffle.format.SegmentOrigin;
import dev.quiver.task.MapVersion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is where in the files of one map output. Immutable; the arrays are shared and not to be changed.
 *
 * @param origin     whose rows these are
 * @param version    of the map output
 * @param segments   the files, by number
 * @param rows       rows of each reduce partition
 * @param firstChunk for each reduce partition the position of its first chunk among all, and at the end their number
 * @param chunks     of one reduce partition after another
 */
record MapIndex(
        SegmentOrigin origin,
        MapVersion version,
        List<Segment> segments,
        long[] rows,
        int[] firstChunk,
        Chunks chunks) {
    /**
     * One file.
     *
     * @param name          in the folder of the map output
     * @param schemaMessage the Arrow schema message of its chunks
     */
    record Segment(String name, byte[] schemaMessage) {}

    /**
     * Chunks, one a position in every array.
     *
     * @param segments number of the file
     * @param offsets  of the record batch message
     * @param lengths  of the message
     * @param crcs     CRC-32C of the message
     * @param rows     in the chunk
     */
    record Chunks(int[] segments, long[] offsets, int[] lengths, int[] crcs, int[] rows) {
        Chunks(int count) {
            this(new int[count], new long[count], new int[count], new int[count], new int[count]);
        }

        int count() {
            return lengths.length;
        }
    }

    int reduceCount() {
        return rows.length;
    }

    /**
     * What concerns one reduce partition, which does not keep the rest in memory.
     *
     * @param home folder of the map output
     */
    MapIndexPart part(int reducePartition, Path home) {
        int from = firstChunk[reducePartition];
        int to = firstChunk[reducePartition + 1];
        return new MapIndexPart(
                version,
                home,
                segments,
                rows[reducePartition],
                new Chunks(
                        Arrays.copyOfRange(chunks.segments, from, to),
                        Arrays.copyOfRange(chunks.offsets, from, to),
                        Arrays.copyOfRange(chunks.lengths, from, to),
                        Arrays.copyOfRange(chunks.crcs, from, to),
                        Arrays.copyOfRange(chunks.rows, from, to)));
    }

    /** Bytes it takes in memory, about. */
    long sizeBytes() {
        return 200 + 12L * rows.length + 24L * chunks.count();
    }
}
