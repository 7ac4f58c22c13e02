package dev.quiver.runtime.driver;

import dev.quiver.block.broadcast.Swarms;
import dev.quiver.config.Config;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.protocol.HostPort;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The thread of the loop and what it drives: the part of the driver that is the same under every master.
 */
final class DriverCore {
    private final ControlLoop loop;
    private final DriverState state;
    private final DriverDoor door;

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
        this.loop = new ControlLoop(this::handle);
        this.state =
                new DriverState(config, settings, clock, loop.timer(), journal, listeners, backend, broadcasts, lost);
        this.door = new DriverDoor(loop::post, loop::postOrHandle, state.tracker(), broadcasts, addresses);
        loop.postEvery(DriverSettings.of(config).networkTimeout().dividedBy(4), new DriverEvent.LivenessDue());
    }

    private void handle(DriverEvent event) {
        state.handle(event);
    }

    ControlLoop loop() {
        return loop;
    }

    /** Who keeps a block, as far as the driver was told; any thread. */
    List<ExecutorId> holders(BlockId block) {
        return state.blocks().holders(block);
    }

    DriverDoor door() {
        return door;
    }
}
