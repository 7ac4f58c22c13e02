package dev.quiver.stage;

import dev.quiver.id.ShuffleId;
import java.io.Serializable;
import java.util.List;

/**
 * A partition whose work is done in slices.
 *
 * @param partition the partition
 * @param shuffle   the input that is read in slices
 * @param bounds    ascending map outputs, one more than there are slices: slice {@code k} reads those from bound
 *                  {@code k} to bound {@code k + 1}; the first bound is 0, and what lies behind the last belongs to the last
 *                  slice
 */
public record SplitPartition(int partition, ShuffleId shuffle, List<Integer> bounds) implements Serializable {
    public SplitPartition {
        bounds = List.copyOf(bounds);
        boolean ascending = bounds.size() >= 3 && bounds.get(0) == 0;
        for (int bound = 1; ascending && bound < bounds.size(); bound++) {
            ascending = bounds.get(bound) > bounds.get(bound - 1);
        }
        if (partition < 0 || !ascending) {
            throw new IllegalArgumentException("partition " + partition + " cannot be split at " + bounds);
        }
    }

    /** How many slices there are, two at least. */
    public int slices() {
        return bounds.size() - 1;
    }

    /** One of the slices. */
    public PartitionSlice slice(int number) {
        int end = number == slices() - 1 ? Integer.MAX_VALUE : bounds.get(number + 1);
        return new PartitionSlice(partition, number, slices(), shuffle, new MapRange(bounds.get(number), end));
    }
}
