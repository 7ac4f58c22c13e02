package dev.quiver.scheduler.stage;

import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.TaskOutcome.Success;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what slices made until their partition is complete. */
final class SliceResults {
    private final Map<Integer, Success[]> partitions = new LinkedHashMap<>();

    /** Takes a result in; returns those of all slices in their order when it was the last one, else nothing. */
    List<Success> add(PartitionSlice slice, Success result) {
        Success[] results = partitions.computeIfAbsent(slice.partition(), partition -> new Success[slice.count()]);
        results[slice.number()] = result;
        for (Success made : results) {
            if (made == null) {
                return List.of();
            }
        }
        partitions.remove(slice.partition());
        return List.of(results);
    }

    /** Drops everything; returns the tasks whose results are gone. */
    BitSet clear(TaskLayout layout) {
        BitSet tasks = new BitSet();
        partitions.forEach((partition, results) -> {
            int[] slices = layout.tasks(partition);
            for (int slice = 0; slice < slices.length; slice++) {
                tasks.set(slices[slice], results[slice] != null);
            }
        });
        partitions.clear();
        return tasks;
    }
}
