package dev.quiver.runtime.driver;

import dev.quiver.block.broadcast.Swarms;
import dev.quiver.config.Config;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.shuffle.tracker.MapOutputTracker;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The driver's loop without its thread: whoever holds it says what happens next. For simulations and measurements; a session
 * has one with a thread, a socket and executors.
 */
public final class SteppedDriver {
    private final DriverState state;

    /**
     * @param lost told of every executor that is lost
     */
    public SteppedDriver(
            Config config,
            SchedulerSettings settings,
            Clock clock,
            Timer<DriverEvent> timer,
            CommitJournal journal,
            SchedulerListener listener,
            ClusterBackend backend,
            Consumer<ExecutorId> lost) {
        Swarms broadcasts = new Swarms(DriverDoor.DRIVER, clock, bound -> 0);
        state = new DriverState(
                config, settings, clock, timer, journal, new Listeners(List.of(listener)), backend, broadcasts, lost);
    }

    public void handle(DriverEvent event) {
        state.handle(event);
    }

    public Scheduler scheduler() {
        return state.scheduler();
    }

    public MapOutputTracker tracker() {
        return state.tracker();
    }

    public List<ExecutorId> holders(BlockId block) {
        return state.blocks().holders(block);
    }

    /** The blocks that an executor is known to hold. */
    public List<BlockId> blocksOf(ExecutorId executor) {
        return state.blocks().blocksOf(executor);
    }

    /** Whether an executor is known to hold a block of any kind. */
    public boolean holdsBlocks(ExecutorId executor) {
        return state.blocks().holdsAny(executor);
    }
}
