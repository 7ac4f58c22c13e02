package dev.quiver.id;

import java.io.Serializable;

/** The unit that is stored and fetched. */
public sealed interface BlockId extends Serializable {
    /** A name that is safe as a file name and unique within the application. */
    String name();

    /** One cached partition of a dataset. */
    record CachedPartition(DatasetId dataset, int partition) implements BlockId {
        @Override
        public String name() {
            return "cached_" + dataset + "_" + partition;
        }
    }

    /** One part of a broadcast value, serialized; its chunks are numbered from 0. */
    record BroadcastChunk(BroadcastId broadcast, int chunk) implements BlockId {
        @Override
        public String name() {
            return "broadcast_" + broadcast + "_" + chunk;
        }
    }

    /** A task result that was too large to travel inside a report. */
    record TaskResult(TaskAttempt task) implements BlockId {
        @Override
        public String name() {
            return "result_" + task.stage().stage() + "_" + task.stage().epoch() + "_" + task.partition() + "_"
                    + task.attempt();
        }
    }

    /** One slice of a driver-side collection, the input of a {@code parallelize}. */
    record CollectionSlice(DatasetId dataset, int partition) implements BlockId {
        @Override
        public String name() {
            return "slice_" + dataset + "_" + partition;
        }
    }
}
