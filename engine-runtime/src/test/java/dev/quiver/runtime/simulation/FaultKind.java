package dev.quiver.runtime.simulation;

import dev.quiver.id.BlockId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** What may go wrong. */
enum FaultKind {
    KILL((world, fault) -> world.cluster.ended(target(world, fault), "killed", false)),
    /** The connection breaks; the executor ends itself when it has noticed, and the driver notices too. */
    BREAK(FaultKind::breakConnection),
    FREEZE((world, fault) -> target(world, fault).freeze(fault.nanos())),
    CUT_DOWN((world, fault) -> target(world, fault).wire.cutDown(fault.nanos())),
    CUT_UP((world, fault) -> target(world, fault).wire.cutUp(fault.nanos())),
    CUT_BOTH((world, fault) -> {
        target(world, fault).wire.cutDown(fault.nanos());
        target(world, fault).wire.cutUp(fault.nanos());
    }),
    MUTE((world, fault) -> target(world, fault).wire.mute(fault.nanos())),
    REPEAT((world, fault) -> target(world, fault).wire.repeat(fault.nanos())),
    SHUFFLE((world, fault) -> target(world, fault).wire.shuffle(fault.nanos())),
    /** Two executors do not reach one another: one witness of what is well. */
    CUT_PEERS((world, fault) ->
            world.cluster.cut(target(world, fault).id, world.cluster.any(fault.pick() / 64).id, fault.nanos())),
    /** A disk loses one map output. */
    LOSE_OUTPUT((world, fault) -> target(world, fault).files.loseAny(fault.pick() / 64)),
    EVICT((world, fault) -> {
        List<BlockId> blocks = new ArrayList<>(target(world, fault).blocks.keySet());
        if (!blocks.isEmpty()) {
            target(world, fault).evict(blocks.get(fault.pick() / 64 % blocks.size()));
        }
    }),
    SLOW((world, fault) ->
            world.cluster.slowUntil.put(target(world, fault).id, world.agenda.nanoTime() + fault.nanos())),
    /** The driver stands still. */
    FREEZE_DRIVER((world, fault) -> world.driver.freeze(fault.nanos())),
    /** A node announces that it goes, and does, whatever still runs there. */
    DRAIN(FaultKind::drain),
    /** A process comes back under a name whose older incarnation still lives. */
    COME_BACK((world, fault) ->
            world.cluster.begin(fault.pick(), target(world, fault).id.name())),
    /** A running task is stopped there and then, whatever it is doing. */
    PREEMPT((world, fault) -> {
        List<SimulatedTask> tasks = target(world, fault).running;
        if (!tasks.isEmpty()) {
            target(world, fault).end(tasks.get(fault.pick() / 64 % tasks.size()), new TaskOutcome.Killed("preempted"));
        }
    }),
    KILL_TASK((world, fault) -> world.cluster.failures.add(new TaskOutcome.Killed("preempted"))),
    DENY((world, fault) -> world.cluster.failures.add(new TaskOutcome.CommitDenied("denied"))),
    BAD((world, fault) -> world.cluster.badUntil.put(target(world, fault).id, world.agenda.nanoTime() + fault.nanos())),
    THROW((world, fault) -> world.cluster.failures.add(threw(true))),
    THROW_FOR_GOOD((world, fault) -> world.cluster.failures.add(threw(false))),
    OUT_OF_MEMORY((world, fault) -> world.cluster.failures.add(new TaskOutcome.OutOfMemory("out of memory"))),
    EXIT((world, fault) -> world.cluster.failures.add(new TaskOutcome.ExecutorGone("System.exit", true))),
    /** The journal of commits cannot be written. */
    JOURNAL((world, fault) -> {
        world.driver.breakJournal(true);
        world.agenda.after(fault.nanos(), () -> world.driver.breakJournal(false));
    });

    static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    /** Those through which something has to be computed again. */
    static final Set<FaultKind> LOSSES = EnumSet.of(
            KILL, BREAK, CUT_UP, MUTE, CUT_PEERS, LOSE_OUTPUT, EVICT, SLOW, DRAIN, COME_BACK, PREEMPT, FREEZE);

    private final BiConsumer<World, Fault> effect;

    FaultKind(BiConsumer<World, Fault> effect) {
        this.effect = effect;
    }

    void strike(World world, Fault fault) {
        if (target(world, fault) != null) {
            effect.accept(world, fault);
        }
    }

    /** Whether jobs may fail because of it, as they should. */
    boolean mayFailJobs() {
        return compareTo(BAD) >= 0;
    }

    /** Whether map outputs may become unreadable through it that nobody had announced to go. */
    boolean mayLoseOutputs() {
        return compareTo(FREEZE_DRIVER) < 0 && this != EVICT && this != SLOW || this == COME_BACK;
    }

    private static SimulatedExecutor target(World world, Fault fault) {
        return world.cluster.any(fault.pick());
    }

    static TaskOutcome.Threw threw(boolean retry) {
        return new TaskOutcome.Threw("java.lang.IllegalArgumentException", "bad row", "Main:1", "", retry);
    }

    private static void breakConnection(World world, Fault fault) {
        SimulatedExecutor executor = target(world, fault);
        executor.wire.breakDown();
        world.agenda.after(
                fault.nanos() / 200,
                () -> world.driver.tell(new DriverEvent.ExecutorDisconnected(executor.id, "connection reset")));
        world.agenda.after(fault.nanos() / 4, () -> world.cluster.ended(executor, "it lost its driver", false));
    }

    private static void drain(World world, Fault fault) {
        SimulatedExecutor executor = target(world, fault);
        world.driver.tell(
                new DriverEvent.ForScheduler(new SchedulerEvent.ExecutorDraining(executor.id, "its node goes")));
        world.agenda.after(
                fault.nanos(), () -> world.cluster.ended(executor, "its node is gone", fault.pick() % 2 == 0));
    }
}
