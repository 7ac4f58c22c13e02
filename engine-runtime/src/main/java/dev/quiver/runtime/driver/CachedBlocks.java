package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.Replication;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.port.CachedPartitions;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cached partitions behind the scheduler's port. */
record CachedBlocks(BlockRegistry blocks, Replication replication, Executors executors) implements CachedPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(CachedBlocks.class);

    @Override
    public List<ExecutorId> holders(DatasetId dataset, int partition) {
        return blocks.holders(dataset, partition);
    }

    @Override
    public boolean holdsAny(ExecutorId executor) {
        return blocks.holdsAny(executor);
    }

    /** Executors are told in the order of what is sent to them, so before any task that is launched after this. */
    @Override
    public void drop(DatasetId dataset) {
        LOG.warn(
                "dataset={} its cached partitions are dropped and computed again when they are read: what they were"
                        + " computed from has been replaced by other rows",
                dataset);
        blocks.removeDataset(dataset);
        replication.forget(dataset);
        executors.broadcast(new ToExecutor.RemoveDataset(dataset));
    }
}
