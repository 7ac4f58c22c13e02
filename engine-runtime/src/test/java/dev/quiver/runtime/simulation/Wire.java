package dev.quiver.runtime.simulation;

import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.driver.ExecutorLink;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToDriverCodec;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.runtime.protocol.ToExecutorCodec;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.stage.codec.PlanCodec;
import dev.quiver.task.BarrierAnswer;
import java.util.function.Consumer;

/**
 * The connection between the driver and an executor. Messages take their time, in order unless a fault says otherwise; they
 * are held back while a direction is cut, and lost for good when the connection breaks.
 */
final class Wire implements ExecutorLink {
    private final World world;
    private final SimulatedExecutor executor;
    private long lastDown;
    private long lastUp;
    private long downCutUntil;
    private long upCutUntil;
    private long mutedUntil;
    private long repeatedUntil;
    private long shuffledUntil;
    private long messages;
    private boolean broken;
    private boolean closed;

    Wire(World world, SimulatedExecutor executor) {
        this.world = world;
        this.executor = executor;
    }

    SimulatedExecutor executor() {
        return executor;
    }

    // What may happen to it.

    /** Nothing passes any more; neither end has noticed. */
    void breakDown() {
        broken = true;
    }

    void cutDown(long nanos) {
        downCutUntil = now() + nanos;
    }

    void cutUp(long nanos) {
        upCutUntil = now() + nanos;
    }

    /** Heartbeats do not arrive, while everything else does. */
    void mute(long nanos) {
        mutedUntil = now() + nanos;
    }

    /** What is sent arrives twice, the second time late. */
    void repeat(long nanos) {
        repeatedUntil = now() + nanos;
    }

    /** What is sent arrives out of order. */
    void shuffle(long nanos) {
        shuffledUntil = now() + nanos;
    }

    void heal() {
        downCutUntil = 0;
        upCutUntil = 0;
        mutedUntil = 0;
        repeatedUntil = 0;
        shuffledUntil = 0;
    }

    // From the driver.

    @Override
    public void send(ToExecutor message) {
        if (message instanceof ToExecutor.LaunchTasks launch) {
            world.invariants.launched(executor, launch);
        } else if (message instanceof ToExecutor.SharePlan share) {
            world.invariants.ledger.installed(share.program(), share.plan());
        } else if (message instanceof ToExecutor.InstallProgram install) {
            world.invariants.ledger.installed(
                    install.program(),
                    PlanCodec.decode(install.content(), getClass().getClassLoader()));
        } else if (message instanceof ToExecutor.TakeOutputs order) {
            world.invariants.handovers.ordered(executor.id, order);
        } else if (message instanceof ToExecutor.Leave) {
            // One that does not hear it is ended all the same, later.
            world.cluster.leave(executor.id);
            return;
        }
        world.invariants.stops.told(executor.id, message);
        if (closed || broken) {
            return;
        }
        ToExecutor arriving = message;
        if (world.scenario.onTheWire && !(message instanceof ToExecutor.SharePlan)) {
            arriving = ToExecutorCodec.decode(ToExecutorCodec.type(message), ToExecutorCodec.encode(message));
        }
        ToExecutor copy = arriving;
        down(() -> executor.receive(copy), message instanceof ToExecutor.LaunchTasks);
    }

    /** @param movable whether it may arrive late, when others have overtaken it */
    private void down(Runnable arrival, boolean movable) {
        long due = Math.max(lastDown + 1, Math.max(now() + delay(), downCutUntil));
        boolean disorder = now() < shuffledUntil && movable;
        lastDown = disorder ? lastDown : due;
        world.agenda.at(disorder ? due + late() : due, () -> {
            if (!broken) {
                arrival.run();
            }
        });
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public void close(String reason) {
        closed = true;
    }

    // From the executor.

    void toDriver(ToDriver message) {
        if (!executor.isAlive() || message instanceof ToDriver.Heartbeat && now() < mutedUntil) {
            return;
        }
        ToDriver arriving = world.scenario.onTheWire
                ? ToDriverCodec.decode(ToDriverCodec.type(message), ToDriverCodec.encode(message))
                : message;
        up(new DriverEvent.ExecutorTold(executor.id, arriving));
    }

    void up(DriverEvent event) {
        if (broken) {
            return;
        }
        long due = Math.max(lastUp + 1, Math.max(now() + delay(), upCutUntil));
        boolean disorder = now() < shuffledUntil;
        lastUp = disorder ? lastUp : due;
        world.agenda.at(disorder ? due + late() : due, () -> {
            if (!broken) {
                world.driver.tell(event);
            }
        });
        if (now() < repeatedUntil && !(event instanceof DriverEvent.ExecutorRegistered)) {
            world.agenda.at(due + late(), () -> world.driver.tell(event));
        }
    }

    /** @param answer told whether the task may publish, if the answer arrives */
    void askToCommit(SimulatedTask task, Consumer<Boolean> answer) {
        world.note("asks to commit", executor.id, task.id());
        up(new DriverEvent.ForScheduler(new SchedulerEvent.CommitRequested(executor.id, task.id(), granted -> {
            world.note(granted ? "may commit" : "must not commit", executor.id, task.id());
            if (granted) {
                world.commits.granted(executor.id, task.id());
            }
            down(() -> executor.when(0, () -> answer.accept(granted)), false);
        })));
    }

    /** @param answer told when all others have come, or cannot, if the answer arrives */
    void askToMeet(SimulatedTask task, int round, Consumer<BarrierAnswer> answer) {
        up(new DriverEvent.ForScheduler(new SchedulerEvent.BarrierReached(
                executor.id, task.id(), round, "barrier()", Meetups.message(task.task, round), told -> {
                    world.invariants.meetups.answered(task.id(), round, told);
                    down(() -> executor.when(0, () -> answer.accept(told)), false);
                })));
    }

    private long now() {
        return world.agenda.nanoTime();
    }

    private long delay() {
        return 50_000L
                + world.chance.below(
                        1_500_000, 31, executor.id.name().hashCode(), executor.id.incarnation(), messages++);
    }

    private long late() {
        return world.chance.number(32, executor.id.name().hashCode(), messages++) >>> 33; // up to two seconds
    }
}
