package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.SchedulerEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Executors are told to stop what nobody needs any more: tasks of attempts that are over, and the other try of a done task. */
final class Stops {
    private final World world;
    private final Ledger ledger;

    /** Attempts and tries that executors were told to stop. */
    private final Set<Stop> told = new LinkedHashSet<>();

    /** Tries whose task is done with the event under way. */
    private final Set<Stop> inVain = new LinkedHashSet<>();

    /** Whether those that do not stop by themselves are to be made to. */
    private boolean interrupt;

    private record Stop(ExecutorId executor, Object what) {}

    Stops(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** An event is about to be handled. */
    void begin(DriverEvent event) {
        inVain.clear();
        interrupt = !(event instanceof DriverEvent.ForScheduler scheduling
                        && scheduling.event() instanceof SchedulerEvent.JobsCancelled cancelled)
                || cancelled.interrupt();
    }

    /** A try succeeded that ran. */
    void succeeded(TaskAttempt task) {
        ledger.tries(task).forEach((executor, other) -> inVain.add(new Stop(executor, other)));
    }

    /** An executor is told. */
    void told(ExecutorId executor, ToExecutor message) {
        if (message instanceof ToExecutor.CancelStage cancel) {
            told.add(new Stop(executor, cancel.stage()));
            if (cancel.interrupt() != interrupt) {
                world.violated("tasks of " + cancel.stage() + " are to be stopped "
                        + (interrupt ? "only asked to, though they are to be made to" : "by force, though not to be"));
            }
        } else if (message instanceof ToExecutor.CancelTask cancel) {
            told.add(new Stop(executor, cancel.task()));
        }
    }

    /** An attempt is over: whoever runs tasks of it was told. */
    void ended(StageAttempt stage, List<ExecutorId> holders) {
        for (ExecutorId holder : holders) {
            if (!told.contains(new Stop(holder, stage))) {
                world.violated("executor " + holder + " runs tasks of " + stage + ", which is over, and is not told");
            }
        }
    }

    /** The driver has handled an event. */
    void after() {
        for (Stop other : inVain) {
            TaskAttempt task = (TaskAttempt) other.what();
            if (ledger.isHeld(other.executor(), task)
                    && !told.contains(other)
                    && !told.contains(new Stop(other.executor(), task.stage()))) {
                world.violated(task + " runs on " + other.executor() + " in vain, which is not told");
            }
        }
    }
}
