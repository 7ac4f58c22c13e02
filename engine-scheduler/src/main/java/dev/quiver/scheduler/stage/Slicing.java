package dev.quiver.scheduler.stage;

import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.SkewSettings;
import dev.quiver.scheduler.port.ShuffleSizes;
import dev.quiver.stage.SlicedReads;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.TaskLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which partitions of a stage are computed in slices, from what they read: those that read far more than the
 * median, each in as many slices as spread the work over the slots. The same plan and sizes give the same layout.
 */
public final class Slicing {
    /** A slice reads at least this part of the bytes from which on a partition counts as skewed. */
    private static final int SMALLEST_SLICE_PART = 4;

    /** Tasks of equal size for each slot that a stage is cut into at most, so that the last one is waited for briefly. */
    private static final int TASKS_PER_SLOT = 8;

    private final ShuffleSizes sizes;
    private final SkewSettings settings;
    private final Map<ShuffleId, long[]> bytes = new LinkedHashMap<>();

    private Slicing(ShuffleSizes sizes, SkewSettings settings) {
        this.sizes = sizes;
        this.settings = settings;
    }

    /**
     * The layout of a stage whose inputs are all there.
     *
     * @param partitionCount partitions of the stage
     * @param wanted         those that are to be computed
     * @param slots          tasks that can run at once
     */
    public static TaskLayout layout(
            StagePlan plan, int partitionCount, BitSet wanted, int slots, ShuffleSizes sizes, SkewSettings settings) {
        if (!settings.enabled() || slots < 2) {
            return TaskLayout.whole(partitionCount);
        }
        List<SlicedReads.Choice> choices = SlicedReads.of(plan).choices();
        if (choices.isEmpty()) {
            return TaskLayout.whole(partitionCount);
        }
        List<SplitPartition> splits = new Slicing(sizes, settings).splits(choices, wanted, slots);
        return new TaskLayout(partitionCount, splits);
    }

    private List<SplitPartition> splits(List<SlicedReads.Choice> choices, BitSet wanted, int slots) {
        long[] limits = new long[choices.size()];
        long total = 0;
        for (int index = 0; index < limits.length; index++) {
            long[] read = bytes(choices.get(index).shuffle());
            limits[index] = (long) Math.max(settings.thresholdBytes(), settings.factor() * median(read));
            total += wanted.stream().mapToLong(partition -> read[partition]).sum();
        }
        List<SplitPartition> splits = new ArrayList<>();
        for (int partition = wanted.nextSetBit(0); partition >= 0; partition = wanted.nextSetBit(partition + 1)) {
            SlicedReads.Choice largest = null;
            for (int index = 0; index < limits.length; index++) {
                SlicedReads.Choice choice = choices.get(index);
                long size = bytes(choice.shuffle())[partition];
                if (size > limits[index] && (largest == null || size > bytes(largest.shuffle())[partition])) {
                    largest = choice;
                }
            }
            if (largest != null) {
                List<Integer> bounds = bounds(largest, partition, total / slots / TASKS_PER_SLOT);
                if (bounds.size() > 2) {
                    splits.add(new SplitPartition(partition, largest.shuffle(), bounds));
                }
            }
        }
        return splits;
    }

    /** @param share what a task should read at least, for the tasks not to be more than are of use */
    private List<Integer> bounds(SlicedReads.Choice choice, int partition, long share) {
        long size = bytes(choice.shuffle())[partition];
        // What every slice reads in full is read once more a slice: that must not outgrow what is divided.
        long beside = choice.beside() == null ? 0 : bytes(choice.beside())[partition];
        long smallest = Math.max(1, settings.thresholdBytes() / SMALLEST_SLICE_PART);
        long target = Math.max(smallest, Math.max(share, Math.max(beside, median(bytes(choice.shuffle())))));
        return cut(sizes.bytesByMapOutput(choice.shuffle(), partition), (size + target - 1) / target);
    }

    /** Bounds between map outputs that make about so many parts of about the same size, none of them empty. */
    static List<Integer> cut(long[] outputs, long parts) {
        long[] before = new long[outputs.length + 1];
        for (int map = 0; map < outputs.length; map++) {
            before[map + 1] = before[map] + outputs[map];
        }
        long total = before[outputs.length];
        List<Integer> bounds = new ArrayList<>();
        bounds.add(0);
        int last = 0;
        int bound = 0;
        for (long part = 1; part < parts; part++) {
            double goal = (double) total / parts * part;
            while (before[bound] < goal) {
                bound++;
            }
            int nearest = bound > last && goal - before[bound - 1] < before[bound] - goal ? bound - 1 : bound;
            if (before[nearest] > before[last] && before[nearest] < total) {
                bounds.add(nearest);
                last = nearest;
            }
        }
        bounds.add(outputs.length);
        return bounds;
    }

    private long[] bytes(ShuffleId shuffle) {
        return bytes.computeIfAbsent(shuffle, sizes::bytesByPartition);
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
