package dev.quiver.benchmarks.jmh;

import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.port.CachedPartitions;
import java.util.List;

/** No partition of any dataset. */
final class NothingCached implements CachedPartitions {
    @Override
    public List<ExecutorId> holders(DatasetId dataset, int partition) {
        return List.of();
    }

    @Override
    public void drop(DatasetId dataset) {}
}
