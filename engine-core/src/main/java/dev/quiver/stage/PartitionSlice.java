package dev.quiver.stage;

import dev.quiver.id.ShuffleId;
import java.io.Serializable;

/**
 * A part of the work for one partition: all that the partition reads, but of one shuffle only some map outputs. The slices
 * of a partition together read every map output of that shuffle once, so their rows together are those of the partition.
 *
 * @param partition the partition
 * @param number    which of its slices, from 0
 * @param count     how many slices the partition has
 * @param shuffle   the input that is read in slices
 * @param maps      the map outputs of it that this slice reads
 */
public record PartitionSlice(int partition, int number, int count, ShuffleId shuffle, MapRange maps)
        implements Serializable {
    /** For messages: {@code slice 2 of 4 of partition 7}, counted from 1 as people do. */
    @Override
    public String toString() {
        return "slice " + (number + 1) + " of " + count + " of partition " + partition;
    }
}
