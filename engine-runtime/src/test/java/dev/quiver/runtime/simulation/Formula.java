package dev.quiver.runtime.simulation;

import dev.quiver.id.DatasetId;

/** How the number of some rows follows from the numbers of what they are computed from: the same for tasks and oracle. */
final class Formula {
    private Formula() {}

    /** The rows of a partition before its inputs are added. */
    static long begin(DatasetId dataset, int partition) {
        return Chance.mix(dataset.value() * 1_000_003L + partition);
    }

    static long add(long rows, long input) {
        return Chance.mix(rows ^ input);
    }

    /** The content of a map output. Never zero, which stands for a content that was not counted. */
    static long output(long rows, int mapPartition) {
        long content = Chance.mix(rows + 31L * mapPartition);
        return content == 0 ? 1 : content;
    }

    /** The content of a map output of a shuffle that keeps nothing of its input, whatever that is. */
    static long absorbed(int mapPartition) {
        return 77L + mapPartition;
    }

    /** The content of a shuffle, from those of its map partitions. */
    static long shuffle(long before, long mapPartitionContent) {
        return Chance.mix(before * 31 + mapPartitionContent);
    }
}
