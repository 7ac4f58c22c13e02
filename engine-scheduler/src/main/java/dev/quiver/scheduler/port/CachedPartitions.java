package dev.quiver.scheduler.port;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.util.List;

/** Where cached partitions are. Called on the scheduler's loop. */
public interface CachedPartitions {
    /** Executors that hold the partition; empty when nobody does. */
    List<ExecutorId> holders(DatasetId dataset, int partition);

    /** Whether an executor holds a cached partition of any dataset; true where that is not known. */
    default boolean holdsAny(ExecutorId executor) {
        return true;
    }
}
