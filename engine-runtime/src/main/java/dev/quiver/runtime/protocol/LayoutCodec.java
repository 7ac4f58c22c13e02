package dev.quiver.runtime.protocol;

import dev.quiver.id.ShuffleId;
import dev.quiver.stage.SplitPartition;
import dev.quiver.stage.TaskLayout;
import dev.quiver.wire.MalformedMessage;
import dev.quiver.wire.WireInput;
import dev.quiver.wire.WireOutput;
import java.util.ArrayList;
import java.util.List;

/** How the tasks of a stage stand in a launch: two bytes when every partition is one task, as it usually is. */
final class LayoutCodec {
    /** Least bytes a split partition takes: partition, shuffle, number of bounds, two bounds behind the first. */
    private static final int MINIMUM_BYTES = 5;

    private LayoutCodec() {}

    static void write(WireOutput out, TaskLayout layout) {
        out.writeCount(layout.partitionCount()).writeCount(layout.splits().size());
        for (SplitPartition split : layout.splits()) {
            out.writeCount(split.partition())
                    .writeCount(split.shuffle().value())
                    .writeCount(split.slices());
            for (int bound = 1; bound <= split.slices(); bound++) {
                out.writeCount(split.bounds().get(bound) - split.bounds().get(bound - 1));
            }
        }
    }

    static TaskLayout read(WireInput in) {
        int partitions = in.readCount();
        int count = in.readElementCount(MINIMUM_BYTES);
        List<SplitPartition> splits = new ArrayList<>(count);
        try {
            for (int index = 0; index < count; index++) {
                int partition = in.readCount();
                ShuffleId shuffle = new ShuffleId(in.readCount());
                int slices = in.readElementCount(1);
                List<Integer> bounds = new ArrayList<>(slices + 1);
                bounds.add(0);
                for (int bound = 0; bound < slices; bound++) {
                    bounds.add(Math.addExact(bounds.get(bound), in.readCount()));
                }
                splits.add(new SplitPartition(partition, shuffle, bounds));
            }
            return new TaskLayout(partitions, splits);
        } catch (ArithmeticException | IllegalArgumentException impossible) {
            throw new MalformedMessage("the layout of a stage: " + impossible.getMessage());
        }
    }
}
