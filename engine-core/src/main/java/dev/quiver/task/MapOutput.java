package dev.quiver.task;

import dev.quiver.id.ShuffleId;
import java.io.Serializable;

/**
 * What one map task wrote for all reduce partitions of a shuffle, and is now served by its executor.
 *
 * @param shuffle      the shuffle
 * @param mapPartition the map partition; of a slice, the number of its task
 * @param epoch        epoch of the stage attempt that wrote it
 * @param attempt      the task attempt that wrote it
 * @param rows         rows in all partitions together
 * @param content      checksum of all rows and of the reduce partition of each, whatever their order: tells whether another
 *                     version has the same rows; or {@link #NOT_COUNTED}
 * @param sizes        bytes per reduce partition, one {@link BlockSizes} code each
 */
public record MapOutput(
        ShuffleId shuffle, int mapPartition, int epoch, int attempt, long rows, long content, byte[] sizes)
        implements Serializable {
    /** Stands for the checksum where checksums of content are turned off. No output has it otherwise. */
    public static final long NOT_COUNTED = 0;

    /** The version of this map output: outputs of different attempts never equal one another. */
    public MapVersion version() {
        return new MapVersion(mapPartition, epoch, attempt);
    }

    @Override
    public String toString() {
        return "map output " + version() + " of shuffle " + shuffle + " (" + rows + " rows)";
    }
}
