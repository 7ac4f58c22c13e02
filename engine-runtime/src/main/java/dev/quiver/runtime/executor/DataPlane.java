package dev.quiver.runtime.executor;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockUpdate;
import dev.quiver.block.broadcast.Broadcasts;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.shuffle.spill.SpillFolder;
import dev.quiver.shuffle.store.ShuffleStore;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data an executor holds and reaches: its blocks, its map outputs, and those of others. Safe for many threads. */
public final class DataPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    private final ExecutorId self;
    private final BlockManager blocks;
    private final Broadcasts broadcasts;
    private final ShuffleStore shuffles;
    private final LocatedShuffles sources;
    private final SpillFolder spills;
    private final MemoryBudget memory;
    private final int slots;
    private final DriverLink driver;
    private final boolean ownsBlocks;

    /**
     * @param shuffles   transferred: closed with this
     * @param spills     transferred: closed with this
     * @param memory     of the process, for its tasks to share
     * @param slots      tasks that run at once
     * @param ownsBlocks whether the block manager is closed with this; in one process it is the driver's
     */
    DataPlane(
            ExecutorId self,
            BlockManager blocks,
            Broadcasts broadcasts,
            ShuffleStore shuffles,
            LocatedShuffles sources,
            SpillFolder spills,
            MemoryBudget memory,
            int slots,
            DriverLink driver,
            boolean ownsBlocks) {
        this.self = self;
        this.blocks = blocks;
        this.broadcasts = broadcasts;
        this.shuffles = shuffles;
        this.sources = sources;
        this.spills = spills;
        this.memory = memory;
        this.slots = slots;
        this.driver = driver;
        this.ownsBlocks = ownsBlocks;
    }

    ExecutorId self() {
        return self;
    }

    /** What a task needs, for as long as it runs. */
    TaskData open(RunningTask task, TaskCounters counters) {
        // What runs out of memory is named as users know it: by its partition, also when it is a slice.
        TaskAttempt attempt = task.attempt();
        TaskAttempt named = new TaskAttempt(attempt.stage(), task.partition(), attempt.attempt());
        TaskMemory share = new TaskMemory(memory, slots, named);
        return new TaskData(task, counters, blocks.forTask(), shuffles, sources, spills, share, driver);
    }

    /** Whether something may be here for later tasks of a stage attempt. */
    boolean isAheadOf(StageAttempt stage) {
        return sources.isAheadOf(stage);
    }

    /** No task of this stage attempt waits here any more. */
    void forgetAhead(StageAttempt stage) {
        sources.forgetAhead(stage);
    }

    Object broadcast(BroadcastId id) {
        try {
            return broadcasts.value(id);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new QuiverException("interrupted while fetching broadcast " + id, stopped);
        }
    }

    void storeResult(BlockId block, byte[] value) throws IOException {
        blocks.putBlob(block, value);
    }

    /** What changed among the blocks since the last call. */
    List<BlockUpdate> drainBlockUpdates() {
        return blocks.drainUpdates();
    }

    void handle(ToExecutor message) {
        if (message instanceof ToExecutor.RemoveShuffle remove) {
            sources.forget(remove.shuffle());
            try {
                shuffles.remove(remove.shuffle());
            } catch (IOException failure) {
                LOG.warn("shuffle={} could not be removed", remove.shuffle(), failure);
            }
        } else if (message instanceof ToExecutor.RemoveDataset remove) {
            blocks.removeDataset(remove.dataset());
        } else if (message instanceof ToExecutor.RemoveBroadcast remove) {
            broadcasts.remove(remove.broadcast());
        } else if (message instanceof ToExecutor.RemoveBlock remove) {
            blocks.remove(remove.block());
        }
    }

    @Override
    public void close() {
        try {
            shuffles.close();
        } catch (IOException failure) {
            LOG.warn("Shuffle files could not be removed", failure);
        }
        try {
            spills.close();
        } catch (IOException failure) {
            LOG.warn("Spilled files could not be removed", failure);
        }
        if (ownsBlocks) {
            blocks.close();
        }
    }
}
