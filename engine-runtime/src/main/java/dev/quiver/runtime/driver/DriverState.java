package dev.quiver.runtime.driver;

import dev.quiver.block.BlockRegistry;
import dev.quiver.block.BlockSettings;
import dev.quiver.block.Replication;
import dev.quiver.block.broadcast.Swarms;
import dev.quiver.config.Config;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.shuffle.storage.StorageSettings;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.util.function.Consumer;

/**
 * All that the driver's loop owns, wired to the scheduler. It has no thread, clock or socket but those it is given, so a
 * thread drives it in a session, and a simulation under virtual time. Belongs to whoever calls {@link #handle}.
 */
final class DriverState {
    private final MapOutputTracker tracker = new MapOutputTracker();
    private final BlockRegistry blocks = new BlockRegistry();
    private final Control control;
    private final Scheduler scheduler;

    /**
     * @param timer      posts to whoever calls {@link #handle}
     * @param backend    starts executors, and ends those that were given up
     * @param broadcasts what the driver knows of its broadcast values
     * @param lost       told of every executor that is lost
     */
    DriverState(
            Config config,
            SchedulerSettings settings,
            Clock clock,
            Timer<DriverEvent> timer,
            CommitJournal journal,
            Listeners listeners,
            ClusterBackend backend,
            Swarms broadcasts,
            Consumer<ExecutorId> lost) {
        Executors executors = new Executors();
        Replication replication = new Replication(
                blocks,
                BlockSettings.of(config).replication(),
                (to, block, level) -> executors.send(to, new ToExecutor.CopyBlock(block, level)));
        StageShipping shipping = new StageShipping(executors);
        control = new Control(
                DriverSettings.of(config),
                clock,
                executors,
                shipping,
                new HeldData(tracker, blocks, replication, broadcasts, lost, listeners),
                backend,
                timer::postAfter);
        scheduler = new Scheduler(
                settings,
                clock,
                (delay, event) -> timer.postAfter(delay, new DriverEvent.ForScheduler(event)),
                shipping,
                new TrackedOutputs(
                        tracker,
                        shuffle -> executors.broadcast(new ToExecutor.ForgetLocations(shuffle)),
                        StorageSettings.of(config).kind().isReliable()),
                new CachedBlocks(blocks, replication, executors),
                journal,
                new Releases(executors, backend, timer::postAfter),
                new DataMoves(executors, replication),
                listeners);
        control.attach(scheduler);
    }

    void handle(DriverEvent event) {
        control.handle(event);
    }

    /** Where map outputs are; snapshots of it may be taken on any thread. */
    MapOutputTracker tracker() {
        return tracker;
    }

    /** Who keeps which block; may be asked on any thread. */
    BlockRegistry blocks() {
        return blocks;
    }

    /** What decides, for those who watch. */
    Scheduler scheduler() {
        return scheduler;
    }
}
