package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.BlockUpdate;
import dev.quiver.block.DatasetBlocks;
import dev.quiver.block.Replication;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskMetrics;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What executors hold, for the loop. */
record HeldData(
        MapOutputTracker tracker,
        BlockRegistry blocks,
        Replication replication,
        Swarms broadcasts,
        Consumer<ExecutorId> lost,
        Listeners listeners)
        implements Control.DriverData {
    @Override
    public List<ExecutorId> holders(BlockId block, ExecutorId reader) {
        return blocks.holders(block, reader);
    }

    @Override
    public Map<DatasetId, DatasetBlocks> kept() {
        return blocks.kept();
    }

    /** That a block moved, or was copied, may be news of before its dataset was dropped: it holds it no more then. */
    @Override
    public void blockChanged(ExecutorId executor, BlockUpdate update) {
        BlockId block = update.block();
        if (!update.isGone()
                && !update.isNew()
                && !blocks.isHolder(executor, block)
                && !replication.awaits(executor, block)) {
            return;
        }
        blocks.update(executor, update);
        replication.updated(executor, update);
    }

    @Override
    public void forget(ShuffleId shuffle) {
        tracker.unregister(shuffle);
    }

    @Override
    public void forget(DatasetId dataset) {
        blocks.removeDataset(dataset);
        replication.forget(dataset);
    }

    @Override
    public void executorAdded(ExecutorId executor, String host) {
        blocks.executorAdded(executor, host);
        replication.executorAdded(executor, host);
    }

    @Override
    public void executorLost(ExecutorId executor) {
        List<BlockId> held = blocks.blocksOf(executor);
        blocks.removeExecutor(executor);
        broadcasts.forget(executor);
        replication.executorLost(executor, held);
        lost.accept(executor);
    }

    @Override
    public List<ExecutorId> leaving() {
        return replication.leaving();
    }

    @Override
    public void memoryTold(ExecutorId executor, MemoryLedger memory) {
        listeners.onExecutorMemory(executor, memory);
    }

    @Override
    public TaskMetrics metrics() {
        return listeners.total();
    }
}
