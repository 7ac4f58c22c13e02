package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.Replication;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.config.Config;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The loop and all it owns, wired: the part of the driver that is the same under every master.
 */
final class DriverCore {
    private final ControlLoop loop;
    private final Control control;
    private final DriverDoor door;
    private final BlockRegistry blocks;

    /**
     * @param backend   starts executors, and ends those that were given up
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
            ClusterBackend backend,
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
                backend,
                (delay, event) -> loop.postAfter(delay, event));
        control.attach(new Scheduler(
                settings,
                clock,
                loop.schedulerTimer(),
                shipping,
                new TrackedOutputs(tracker, StorageSettings.of(config).kind().isReliable()),
                new CachedBlocks(blocks, replication, executors),
                journal,
                new ClusterSupply(backend),
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
}
