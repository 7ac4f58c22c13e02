package dev.quiver.scheduler.stage;

import dev.quiver.stage.PartitionSlice;
import dev.quiver.task.TaskOutcome.Success;
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
}
