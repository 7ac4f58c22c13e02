package dev.quiver.runtime.driver;

import dev.quiver.block.BlockUpdate;
import dev.quiver.block.DatasetBlocks;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.runtime.driver.Executors.Registered;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.Scheduler;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.backend.ClusterBackend;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import dev.quiver.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on the driver's loop: news of executors and blocks is sorted, and what concerns jobs goes on to the
 * scheduler. Belongs to the loop, as does everything it holds.
 */
final class Control {
    private static final Logger LOG = LoggerFactory.getLogger(Control.class);

    private final DriverSettings settings;
    private final Clock clock;
    private final Executors executors;
    private final StageShipping shipping;
    private final DriverData data;
    private final ClusterBackend backend;
    private final Later later;
    private Scheduler scheduler;
    private long lastLivenessNanos;

    /** From here on executors end because they were told to: that is no news. */
    private boolean closing;

    /** Posts an event to the loop later. */
    interface Later {
        void post(Duration delay, DriverEvent event);
    }

    Control(
            DriverSettings settings,
            Clock clock,
            Executors executors,
            StageShipping shipping,
            DriverData data,
            ClusterBackend backend,
            Later later) {
        this.settings = settings;
        this.clock = clock;
        this.executors = executors;
        this.shipping = shipping;
        this.data = data;
        this.backend = backend;
        this.later = later;
        this.lastLivenessNanos = clock.nanoTime();
    }

    void attach(Scheduler driven) {
        this.scheduler = driven;
    }

    void handle(DriverEvent event) {
        if (event instanceof DriverEvent.ForScheduler scheduling) {
            scheduler.handle(scheduling.event());
        } else if (event instanceof DriverEvent.ExecutorTold told) {
            onExecutorTold(told.executor(), told.message());
        } else if (event instanceof DriverEvent.ExecutorRegistered registered) {
            onExecutorRegistered(registered);
        } else if (event instanceof DriverEvent.ExecutorDisconnected gone) {
            onDisconnected(gone);
        } else if (event instanceof DriverEvent.DisconnectionDue due) {
            lose(due.executor(), due.reason(), false);
        } else if (event instanceof DriverEvent.ExecutorEnded ended) {
            lose(ended.executor(), ended.reason(), ended.causedByTask());
        } else if (event instanceof DriverEvent.LivenessDue) {
            onLivenessDue();
        } else if (event instanceof DriverEvent.BlockSought sought) {
            sought.reply().accept(data.holders(sought.block(), sought.reader()));
        } else if (event instanceof DriverEvent.ShuffleUnreachable unreachable) {
            data.forget(unreachable.shuffle());
            scheduler.handle(new SchedulerEvent.ShuffleForgotten(unreachable.shuffle()));
            executors.broadcast(new ToExecutor.RemoveShuffle(unreachable.shuffle()));
        } else if (event instanceof DriverEvent.DatasetUnpersisted unpersisted) {
            data.forget(unpersisted.dataset());
            executors.broadcast(new ToExecutor.RemoveDataset(unpersisted.dataset()));
            scheduler.handle(new SchedulerEvent.DatasetForgotten(unpersisted.dataset()));
        } else if (event instanceof DriverEvent.WaitsWanted wanted) {
            wanted.reply().accept(scheduler.waits());
        } else if (event instanceof DriverEvent.ExecutorsWanted wanted) {
            wanted.reply().accept(executors.names());
        } else if (event instanceof DriverEvent.DepartureWanted wanted) {
            onDepartureWanted(wanted);
        } else if (event instanceof DriverEvent.StorageWanted wanted) {
            wanted.reply().accept(data.kept());
        } else if (event instanceof DriverEvent.BroadcastDropped dropped) {
            executors.broadcast(new ToExecutor.RemoveBroadcast(dropped.broadcast()));
        } else if (event instanceof DriverEvent.ResultFetched fetched) {
            executors.send(fetched.executor(), new ToExecutor.RemoveBlock(fetched.block()));
        } else if (event instanceof DriverEvent.MemoryWanted wanted) {
            wanted.reply().accept(executors.memory());
        } else if (event instanceof DriverEvent.MetricsAsked asked) {
            asked.reply().accept(data.metrics());
        } else if (event instanceof DriverEvent.Closing end) {
            closing = true;
            executors.broadcast(new ToExecutor.Shutdown(end.reason()));
            end.done().run();
        }
    }

    /** One in the driver's own process stays as long as that. */
    private void onDepartureWanted(DriverEvent.DepartureWanted event) {
        Registered executor = executors.named(event.name());
        boolean able = executor != null && !executor.link.isLocal();
        if (able) {
            scheduler.handle(new SchedulerEvent.ExecutorDraining(executor.id, event.reason()));
        }
        event.reply().accept(able);
    }

    private void onExecutorRegistered(DriverEvent.ExecutorRegistered event) {
        ExecutorId id = event.executor();
        if (executors.isOutdated(id)) {
            LOG.warn("executor={} registered when it was given up already, or replaced; it is ended", id);
            event.link().close("executor " + id + " was given up or replaced before it registered");
            backend.kill(id, "it was given up or replaced before it registered");
            return;
        }
        Registered older = executors.olderIncarnation(id);
        if (older != null) {
            lose(older.id, "executor " + id.name() + " came back as a new process", false);
        }
        executors.add(id, event.link(), event.slots(), clock.nanoTime());
        data.executorAdded(id, event.host());
        LOG.info("executor={} registered with {} slots on {}", id, event.slots(), event.host());
        scheduler.handle(new SchedulerEvent.ExecutorAdded(id, event.host(), event.slots()));
    }

    private void onExecutorTold(ExecutorId id, ToDriver message) {
        Registered executor = executors.find(id);
        if (executor == null) {
            LOG.debug("executor={} told something after it was given up; ignored", id);
            return;
        }
        executor.heardNanos = clock.nanoTime();
        if (message instanceof ToDriver.Report report) {
            report.blocks().forEach(update -> data.blockChanged(id, update));
            for (ToDriver.StageEnds stage : report.ends()) {
                executor.namedCulprit |= namesCulprit(stage.ends());
                scheduler.handle(new SchedulerEvent.TasksEnded(id, stage.stage(), stage.ends()));
            }
            if (!report.blocks().isEmpty()) {
                data.leaving().forEach(leaving -> scheduler.handle(new SchedulerEvent.HandoverProgressed(leaving)));
            }
        } else if (message instanceof ToDriver.Heartbeat heartbeat) {
            executor.heartbeat = heartbeat;
            data.memoryTold(id, heartbeat.memory());
        } else if (message instanceof ToDriver.Leaving leaving) {
            scheduler.handle(new SchedulerEvent.ExecutorDraining(id, leaving.reason()));
        } else if (message instanceof ToDriver.OutputsTaken taken) {
            scheduler.handle(new SchedulerEvent.OutputsMoved(taken.number(), id, taken.problem()));
        }
    }

    private static boolean namesCulprit(List<TaskEnd> ends) {
        for (TaskEnd end : ends) {
            if (endsItsProcess(end.outcome())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a task ended this way takes its process along, so that the others in it are not to blame. */
    private static boolean endsItsProcess(TaskOutcome outcome) {
        return outcome instanceof TaskOutcome.ExecutorGone || outcome instanceof TaskOutcome.OutOfMemory;
    }

    private void onDisconnected(DriverEvent.ExecutorDisconnected event) {
        Registered executor = executors.find(event.executor());
        if (executor != null && !executor.disconnected) {
            executor.disconnected = true;
            // A process ends when it loses its driver, and its backend hears why: charged to a task, or to nobody.
            later.post(
                    backend.patienceForReasons(), new DriverEvent.DisconnectionDue(event.executor(), event.reason()));
        }
    }

    /**
     * Gives up executors that were silent too long. A look that comes much later than it was due means that this process
     * itself stood still: what executors said meanwhile may still wait in the sockets, so nobody is given up now, nor by the
     * looks that were missed meanwhile and follow at once.
     */
    private void onLivenessDue() {
        long now = clock.nanoTime();
        boolean stoodStill = now - lastLivenessNanos > settings.networkTimeout().toNanos() / 2;
        lastLivenessNanos = now;
        if (stoodStill) {
            executors.heardOfAll(now);
            return;
        }
        for (Registered silent : executors.silent(now, settings.networkTimeout())) {
            lose(
                    silent.id,
                    "it was silent for more than " + settings.networkTimeout().toMillis() + " ms ("
                            + DriverSettings.NETWORK_TIMEOUT.name() + ")",
                    false);
        }
    }

    private void lose(ExecutorId id, String reason, boolean causedByTask) {
        Registered executor = closing ? null : executors.remove(id);
        if (executor == null) {
            return;
        }
        if (executor.released) {
            LOG.info("executor={} has left: {}", id, reason);
        } else {
            LOG.warn(
                    "executor={} lost: {}; its memory when it was last heard of: {}",
                    id,
                    reason,
                    executor.heartbeat == null ? "it told nothing yet" : executor.heartbeat.memory());
        }
        executor.link.close(reason);
        if (executor.released) {
            backend.release(id, reason);
        } else {
            backend.kill(id, reason);
        }
        shipping.forget(id);
        data.executorLost(id);
        // A task that was named as the culprit has been charged already; the others only lost their executor.
        scheduler.handle(new SchedulerEvent.ExecutorLost(id, reason, causedByTask && !executor.namedCulprit));
    }

    /** The driver's view of its executors' data and work. Belongs to the loop. */
    interface DriverData {
        /** Who has a block, the best for a reader to ask first. */
        List<ExecutorId> holders(BlockId block, ExecutorId reader);

        Map<dev.quiver.id.DatasetId, DatasetBlocks> kept();

        void blockChanged(ExecutorId executor, BlockUpdate update);

        void forget(dev.quiver.id.ShuffleId shuffle);

        void forget(dev.quiver.id.DatasetId dataset);

        void executorAdded(ExecutorId executor, String host);

        void executorLost(ExecutorId executor);

        /** Executors that are about to leave, and whose cached partitions others are to copy. */
        List<ExecutorId> leaving();

        /** An executor said who holds its memory. */
        void memoryTold(ExecutorId executor, MemoryLedger memory);

        /** What all tasks that ended cost. */
        TaskMetrics metrics();
    }
}
