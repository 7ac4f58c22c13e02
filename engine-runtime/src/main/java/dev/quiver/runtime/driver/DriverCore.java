package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.BlockUpdate;
import dev.quiver.block.Replication;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.config.Config;
import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.scheduler.port.ExecutorSupply;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskMetrics;
import dev.quiver.time.Clock;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop and all it owns, wired: the part of the driver that is the same under every master.
 */
final class DriverCore {
    private static final Logger LOG = LoggerFactory.getLogger(DriverCore.class);

    private final ControlLoop loop;
    private final Control control;
    private final DriverDoor door;
    private final BlockRegistry blocks;

    /**
     * @param backends  ends executors that were given up
     * @param broadcasts what the driver knows of its broadcast values
     * @param addresses where executors serve their blocks; any thread
     * @param lost      told on the loop of every executor that is lost
     */
    DriverCore(
            Config config,
            SchedulerSettings settings,
            Clock clock,
            CommitJournal journal,
            Listeners listeners,
            Control.Backends backends,
            Swarms broadcasts,
            Function<ExecutorId, List<HostPort>> addresses,
            Consumer<ExecutorId> lost) {
        DriverSettings driverSettings = DriverSettings.of(config);
        MapOutputTracker tracker = new MapOutputTracker();
        this.blocks = new BlockRegistry();
        Executors executors = new Executors();
        Replication replication = new Replication(
                blocks,
                BlockSettings.of(config).replication(),
                (to, block, level) -> executors.send(to, new ToExecutor.CopyBlock(block, level)));
        StageShipping shipping = new StageShipping(executors);
        this.loop = new ControlLoop(this::handle);
        this.control = new Control(
                driverSettings,
                clock,
                executors,
                shipping,
                new HeldData(tracker, blocks, replication, broadcasts, lost, listeners),
                backends,
                (delay, event) -> loop.postAfter(delay, event));
        control.attach(new Scheduler(
                settings,
                clock,
                loop.schedulerTimer(),
                shipping,
                new TrackedOutputs(tracker, StorageSettings.of(config).kind().isReliable()),
                new Cached(blocks, replication, executors),
                journal,
                new FixedSupply(backends),
                listeners));
        this.door = new DriverDoor(loop::post, loop::postOrHandle, tracker, broadcasts, addresses);
        loop.postEvery(driverSettings.networkTimeout().dividedBy(4), new DriverEvent.LivenessDue());
    }

    private void handle(DriverEvent event) {
        control.handle(event);
    }

    ControlLoop loop() {
        return loop;
    }

    /** Who keeps a block, as far as the driver was told; any thread. */
    List<ExecutorId> holders(BlockId block) {
        return blocks.holders(block);
    }

    DriverDoor door() {
        return door;
    }

    /** What executors hold, for the loop. */
    private record HeldData(
            MapOutputTracker tracker,
            BlockRegistry blocks,
            Replication replication,
            Swarms broadcasts,
            Consumer<ExecutorId> lost,
            Listeners listeners)
            implements Control.DriverData {
        @Override
        public List<ExecutorId> holders(BlockId block) {
            return blocks.holders(block);
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
        public TaskMetrics metrics() {
            return listeners.total();
        }
    }

    /** Executors that are let go end; how many there are is the backend's own affair. */
    private record FixedSupply(Control.Backends backends) implements ExecutorSupply {
        @Override
        public void request(int executors) {}

        @Override
        public void release(ExecutorId executor, String reason) {
            backends.kill(executor, reason);
        }
    }

    /** Cached partitions behind the scheduler's port. */
    private record Cached(BlockRegistry blocks, Replication replication, Executors executors)
            implements CachedPartitions {
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

    /**
     * The tracker behind the scheduler's port.
     *
     * @param reliable whether outputs outlive the executor that wrote them, and are read without it
     */
    private record TrackedOutputs(MapOutputTracker tracker, boolean reliable) implements MapOutputs {
        @Override
        public void register(ShuffleId shuffle, int mapCount, int reduceCount) {
            tracker.register(shuffle, mapCount, reduceCount);
        }

        @Override
        public void layOut(ShuffleId shuffle, TaskLayout layout) {
            tracker.layOut(shuffle, layout);
        }

        @Override
        public TaskLayout layout(ShuffleId shuffle) {
            return tracker.layout(shuffle);
        }

        @Override
        public BitSet missing(ShuffleId shuffle) {
            return tracker.missing(shuffle);
        }

        @Override
        public void add(ExecutorId holder, MapOutput output) {
            tracker.add(holder, output);
        }

        @Override
        public void remove(ShuffleId shuffle, int mapPartition, ExecutorId holder) {
            tracker.remove(shuffle, mapPartition, holder);
        }

        @Override
        public void removeAll(ShuffleId shuffle, ExecutorId holder) {
            tracker.removeAll(shuffle, holder);
        }

        @Override
        public void removeAll(ShuffleId shuffle) {
            tracker.removeAll(shuffle);
        }

        @Override
        public boolean holdsAny(ExecutorId holder) {
            return !reliable && tracker.holdsAny(holder);
        }

        @Override
        public Collection<ShuffleId> executorLost(ExecutorId executor) {
            return reliable ? List.of() : tracker.removeAll(executor);
        }

        @Override
        public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
            return reliable ? List.of() : tracker.preferred(shuffle, reducePartition, maps);
        }

        @Override
        public long[] bytesByPartition(ShuffleId shuffle) {
            return tracker.bytesByReducePartition(shuffle);
        }

        @Override
        public long[] bytesByMapOutput(ShuffleId shuffle, int reducePartition) {
            return tracker.bytesByMapOutput(shuffle, reducePartition);
        }
    }
}
