package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.BlockUpdate;
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
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
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
            SchedulerListener listener,
            Control.Backends backends,
            Swarms broadcasts,
            Function<ExecutorId, List<HostPort>> addresses,
            Consumer<ExecutorId> lost) {
        DriverSettings driverSettings = DriverSettings.of(config);
        MapOutputTracker tracker = new MapOutputTracker();
        BlockRegistry blocks = new BlockRegistry();
        Executors executors = new Executors();
        StageShipping shipping = new StageShipping(executors);
        this.loop = new ControlLoop(this::handle);
        this.control = new Control(
                driverSettings,
                clock,
                executors,
                shipping,
                new HeldData(tracker, blocks, broadcasts, lost),
                backends,
                (delay, event) -> loop.postAfter(delay, event));
        control.attach(new Scheduler(
                settings,
                clock,
                loop.schedulerTimer(),
                shipping,
                new TrackedOutputs(tracker),
                new Cached(blocks, executors),
                journal,
                new FixedSupply(backends),
                listener));
        this.door = new DriverDoor(loop::post, loop::postOrHandle, tracker, broadcasts, addresses);
        loop.postEvery(driverSettings.networkTimeout().dividedBy(4), new DriverEvent.LivenessDue());
    }

    private void handle(DriverEvent event) {
        control.handle(event);
    }

    ControlLoop loop() {
        return loop;
    }

    DriverDoor door() {
        return door;
    }

    /** What executors hold, for the loop. */
    private record HeldData(
            MapOutputTracker tracker, BlockRegistry blocks, Swarms broadcasts, Consumer<ExecutorId> lost)
            implements Control.DriverData {
        @Override
        public List<ExecutorId> holders(BlockId block) {
            return blocks.holders(block);
        }

        @Override
        public void blockChanged(ExecutorId executor, BlockUpdate update) {
            blocks.update(executor, update);
        }

        @Override
        public void forget(ShuffleId shuffle) {
            tracker.unregister(shuffle);
        }

        @Override
        public void forget(DatasetId dataset) {
            blocks.removeDataset(dataset);
        }

        @Override
        public void executorLost(ExecutorId executor) {
            blocks.removeExecutor(executor);
            broadcasts.forget(executor);
            lost.accept(executor);
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
    private record Cached(BlockRegistry blocks, Executors executors) implements CachedPartitions {
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
            executors.broadcast(new ToExecutor.RemoveDataset(dataset));
        }
    }

    /** The tracker behind the scheduler's port. */
    private record TrackedOutputs(MapOutputTracker tracker) implements MapOutputs {
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
            return tracker.holdsAny(holder);
        }

        @Override
        public Collection<ShuffleId> removeAll(ExecutorId holder) {
            return tracker.removeAll(holder);
        }

        @Override
        public List<ExecutorId> preferred(ShuffleId shuffle, int reducePartition, MapRange maps) {
            return tracker.preferred(shuffle, reducePartition, maps);
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
