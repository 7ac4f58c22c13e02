package dev.quiver.scheduler.port;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import java.util.List;

/** Where cached partitions are. Called on the scheduler's loop. */
public interface CachedPartitions {
    /** Nothing is cached, ever. */
    CachedPartitions NONE = new CachedPartitions() {
        @Override
        public List<ExecutorId> holders(DatasetId dataset, int partition) {
            return List.of();
        }

        @Override
        public void drop(DatasetId dataset) {}
    };

    /** Executors that hold the partition; empty when nobody does. */
    List<ExecutorId> holders(DatasetId dataset, int partition);

    /** Whether an executor holds a cached partition of any dataset; true where that is not known. */
    default boolean holdsAny(ExecutorId executor) {
        return true;
    }

    /**
     * Drops every partition of a dataset, everywhere, also those that are being stored: no task that is launched from now on
     * finds them. What running tasks begin to store later stays.
     */
    void drop(DatasetId dataset);
}
