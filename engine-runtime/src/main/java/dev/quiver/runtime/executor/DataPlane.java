package dev.quiver.runtime.executor;

import dev.quiver.QuiverException;
import dev.quiver.block.BlockCopy;
import dev.quiver.block.BlockManager;
import dev.quiver.block.BlockUpdate;
import dev.quiver.block.broadcast.Broadcasts;
import dev.quiver.block.memory.MemoryBudget;
import dev.quiver.block.memory.MemoryReport;
import dev.quiver.block.memory.Pressure;
import dev.quiver.exec.task.TaskCounters;
import dev.quiver.id.BlockId;
import dev.quiver.id.BroadcastId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.shuffle.checkpoint.CheckpointFiles;
import dev.quiver.shuffle.spill.SpillFolder;
import dev.quiver.shuffle.storage.ShuffleStorage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data an executor holds and reaches: its blocks, its map outputs, and those of others. Safe for many threads. */
public final class DataPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    /** With assertions on, as in tests, a task that keeps memory beyond its end fails. */
    private static final boolean LEAKS_FAIL = DataPlane.class.desiredAssertionStatus();
    /** The driver asks for a few at a time, so what waits for these is short. */
    private static final int COPY_THREADS = 2;

    private static final long COPY_IDLE_SECONDS = 10;

    private final ExecutorId self;
    private final BlockManager blocks;
    private final Broadcasts broadcasts;
    private final ShuffleStorage shuffles;
    private final LocatedShuffles sources;
    private final SpillFolder spills;
    private final CheckpointFiles checkpoints;
    private final MemoryBudget memory;
    private final int slots;
    private final DriverLink driver;
    private final boolean ownsBlocks;
    private final Takeovers takeovers;
    private final ExecutorService copies = copyThreads();

    /**
     * @param shuffles   transferred: closed with this
     * @param takeovers  of map outputs of others; transferred: closed with this
     * @param spills     transferred: closed with this
     * @param memory     of the process, for its tasks to share
     * @param slots      tasks that run at once
     * @param ownsBlocks whether the block manager is closed with this; in one process it is the driver's
     */
    DataPlane(
            ExecutorId self,
            BlockManager blocks,
            Broadcasts broadcasts,
            ShuffleStorage shuffles,
            LocatedShuffles sources,
            Takeovers takeovers,
            SpillFolder spills,
            CheckpointFiles checkpoints,
            MemoryBudget memory,
            int slots,
            DriverLink driver,
            boolean ownsBlocks) {
        this.self = self;
        this.blocks = blocks;
        this.broadcasts = broadcasts;
        this.shuffles = shuffles;
        this.sources = sources;
        this.takeovers = takeovers;
        this.spills = spills;
        this.checkpoints = checkpoints;
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
        TaskMemory share = new TaskMemory(memory, slots, task.attempt(), task.partition(), task::isKilled, LEAKS_FAIL);
        task.holds(share);
        return new TaskData(
                task, counters, blocks.forTask(share.budget()), shuffles, sources, spills, checkpoints, share, driver);
    }

    /** Tells how hard the heap of this process is pressed. */
    void pressure(Pressure now) {
        memory.pressure(now);
        if (now.compareTo(Pressure.SPILL) >= 0) {
            // Cached blocks may go to disk, which the thread that sends heartbeats must not wait for.
            Thread evicting = new Thread(memory::evictToSoftLine, "pressure-eviction");
            evicting.setDaemon(true);
            evicting.start();
        }
    }

    /** Who holds memory in this process: to say why it ran out. */
    MemoryReport memoryReport() {
        return memory.report();
    }

    /** A task was told to stop: if it waits for memory, it shall not. */
    void wakeWaiting() {
        memory.wake();
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

    /** Whether results are here that the driver has not fetched. */
    boolean keepsResults() {
        return blocks.keepsResults();
    }

    /** What changed among the blocks since the last call. */
    List<BlockUpdate> drainBlockUpdates() {
        return blocks.drainUpdates();
    }

    private static ExecutorService copyThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                COPY_THREADS, COPY_THREADS, COPY_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "block-copies");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /** Copies a block from others, in its own time. @param told what to do then, so that the driver hears of it */
    void copy(ToExecutor.CopyBlock message, Runnable told) {
        BlockCopy copy = blocks.copy(message.block(), message.level());
        try {
            copies.execute(() -> {
                copy.run();
                told.run();
            });
        } catch (RejectedExecutionException closed) {
            copy.close();
        }
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
        } else if (message instanceof ToExecutor.ForgetLocations moved) {
            sources.relocate(moved.shuffle());
        } else if (message instanceof ToExecutor.TakeOutputs order) {
            takeovers.begin(order);
        }
    }

    @Override
    public void close() {
        copies.shutdownNow();
        takeovers.close();
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
