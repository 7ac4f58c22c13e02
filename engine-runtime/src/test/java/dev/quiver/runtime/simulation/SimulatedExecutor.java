package dev.quiver.runtime.simulation;

import dev.quiver.block.BlockUpdate;
import dev.quiver.id.BlockId;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.runtime.protocol.ProgramId;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.codec.PlanCodec;
import dev.quiver.task.MemoryLedger;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A process that runs tasks: what the real one does with each message, and nothing of how it computes. */
final class SimulatedExecutor {
    private static final long MILLISECOND = 1_000_000;

    final ExecutorId id;
    final String host;
    final int slots;
    final Wire wire;

    /** Kept partitions. */
    final Map<BlockId, Rows> blocks = new LinkedHashMap<>();

    final MapFiles files = new MapFiles();
    final List<SimulatedTask> running = new ArrayList<>();
    private final World world;
    private final TaskLife life;
    private final ArrayDeque<SimulatedTask> queue = new ArrayDeque<>();
    private final Map<ProgramId, StagePlan> programs = new LinkedHashMap<>();
    private final Map<StageAttempt, List<TaskEnd>> ended = new LinkedHashMap<>();
    private final List<BlockUpdate> updates = new ArrayList<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean reporting;
    private boolean alive = true;
    private long frozenUntil;

    SimulatedExecutor(World world, ExecutorId id, String host, int slots) {
        this.world = world;
        this.id = id;
        this.host = host;
        this.slots = slots;
        this.wire = new Wire(world, this);
        this.life = new TaskLife(world, this);
        when(world.scenario.knobs.heartbeat().toNanos(), this::beat);
    }

    boolean isAlive() {
        return alive;
    }

    boolean isFrozen() {
        return world.agenda.nanoTime() < frozenUntil;
    }

    /** The process is gone. */
    void die() {
        alive = false;
    }

    void freeze(long nanos) {
        frozenUntil = Math.max(frozenUntil, world.agenda.nanoTime() + nanos);
        world.agenda.at(frozenUntil, this::goOn);
    }

    void thaw() {
        frozenUntil = world.agenda.nanoTime();
        goOn();
    }

    /** What was to happen while it stood still happens now, in order. */
    private void goOn() {
        while (alive && !isFrozen() && !waiting.isEmpty()) {
            waiting.poll().run();
        }
    }

    /** Does something later, if the process still lives then and does not stand still. */
    void when(long delayNanos, Runnable what) {
        world.agenda.after(delayNanos, () -> run(what));
    }

    private void run(Runnable what) {
        if (alive && (isFrozen() || !waiting.isEmpty())) {
            waiting.add(what);
        } else if (alive) {
            what.run();
        }
    }

    private void beat() {
        wire.toDriver(new ToDriver.Heartbeat(running.size(), queue.size(), 1, 2, 0, MemoryLedger.NONE));
        when(world.scenario.knobs.heartbeat().toNanos(), this::beat);
    }

    void receive(ToExecutor message) {
        run(() -> handle(message));
    }

    private void handle(ToExecutor message) {
        if (message instanceof ToExecutor.SharePlan share) {
            programs.put(share.program(), share.plan());
        } else if (message instanceof ToExecutor.InstallProgram install) {
            programs.put(
                    install.program(),
                    PlanCodec.decode(install.content(), getClass().getClassLoader()));
        } else if (message instanceof ToExecutor.ForgetProgram forget) {
            programs.remove(forget.program());
        } else if (message instanceof ToExecutor.LaunchTasks launch) {
            launch(launch);
        } else if (message instanceof ToExecutor.CancelStage cancel) {
            cancel(cancel.stage(), null);
        } else if (message instanceof ToExecutor.CancelTask cancel) {
            cancel(cancel.task().stage(), cancel.task());
        } else if (message instanceof ToExecutor.RemoveDataset remove) {
            blocks.keySet().removeIf(block -> isOf(block, remove.dataset().value()));
            running.forEach(task -> life.forget(task, remove.dataset()));
        } else if (message instanceof ToExecutor.CopyBlock copy) {
            when(5 * MILLISECOND, () -> copy(copy));
        } else if (message instanceof ToExecutor.TakeOutputs order) {
            boolean slow = world.chance.oneIn(10, 33, order.number());
            long millis = 1 + world.chance.below(slow ? 4_000 : 200, 34, order.number());
            when(millis * MILLISECOND, () -> take(order));
        } else if (message instanceof ToExecutor.RemoveShuffle remove) {
            files.forget(remove.shuffle());
        } else if (message instanceof ToExecutor.Shutdown) {
            world.cluster.ended(this, "it was told to stop", false);
        }
    }

    private static boolean isOf(BlockId block, int dataset) {
        return block instanceof BlockId.CachedPartition cached
                && cached.dataset().value() == dataset;
    }

    private void launch(ToExecutor.LaunchTasks launch) {
        StagePlan plan = programs.get(launch.program());
        if (plan == null) {
            throw new AssertionError("executor " + id + " is to run program " + launch.program() + " of stage "
                    + launch.stage() + ", which it was not given");
        }
        for (TaskRange range : launch.tasks()) {
            for (int task = range.first(); task < range.end(); task++) {
                queue.add(new SimulatedTask(launch.stage(), task, range.attempt(), plan, launch.layout()));
            }
        }
        startNext();
    }

    private void startNext() {
        while (running.size() < slots && !queue.isEmpty()) {
            SimulatedTask task = queue.poll();
            running.add(task);
            life.begin(task);
        }
    }

    /** @param only one task of the stage attempt, or null for all */
    private void cancel(StageAttempt stage, TaskAttempt only) {
        for (SimulatedTask task : List.copyOf(queue)) {
            if (task.stage.equals(stage) && (only == null || task.id().equals(only))) {
                queue.remove(task);
                report(task, new TaskOutcome.Killed("cancelled"), 0);
            }
        }
        for (SimulatedTask task : List.copyOf(running)) {
            boolean deaf = task.publishes || world.chance.oneIn(world.scenario.deafOneIn, 17, task.number());
            if (task.stage.equals(stage) && (only == null || task.id().equals(only)) && !deaf) {
                when(
                        world.chance.below(20, 18, task.number()) * MILLISECOND,
                        () -> end(task, new TaskOutcome.Killed("cancelled")));
            }
        }
    }

    private void copy(ToExecutor.CopyBlock copy) {
        Rows rows = world.cluster.fetch(copy.block(), id);
        if (rows == null) {
            updates.add(BlockUpdate.gone(copy.block()));
        } else {
            blocks.put(copy.block(), rows);
            updates.add(held(copy.block(), copy.level(), false));
        }
        reportSoon();
    }

    /** Takes map outputs over from an executor that leaves. */
    private void take(ToExecutor.TakeOutputs order) {
        SimulatedExecutor source = world.cluster.reach(order.from(), id);
        String problem = "";
        if (source == null) {
            problem = "connection reset";
        } else if (!source.files.hasAll(order.shuffle(), order.versions())) {
            problem = "no such file";
        } else if (!world.healed && world.chance.oneIn(8, 35, order.number())) {
            problem = "no space left on device";
        } else {
            order.versions().forEach(version -> files.add(order.shuffle(), version));
        }
        wire.toDriver(new ToDriver.OutputsTaken(order.number(), problem));
    }

    private static BlockUpdate held(BlockId block, dev.quiver.StorageLevel level, boolean isNew) {
        return new BlockUpdate(block, level, isNew, OptionalLong.of(8), OptionalLong.empty());
    }

    /** A kept partition is gone, for want of memory. */
    void evict(BlockId block) {
        if (blocks.remove(block) != null) {
            updates.add(BlockUpdate.gone(block));
            reportSoon();
        }
    }

    /** A task ended. Harmless when it has already. */
    void end(SimulatedTask task, TaskOutcome outcome) {
        if (task.over) {
            return;
        }
        task.over = true;
        running.remove(task);
        if (outcome instanceof TaskOutcome.Success && task.reading != null) {
            task.reading.kept.forEach((block, rows) -> {
                blocks.put(block, rows);
                updates.add(held(block, task.reading.levels.get(block), true));
            });
        }
        report(task, outcome, world.agenda.nanoTime() - task.beganNanos);
        if (outcome instanceof TaskOutcome.OutOfMemory) {
            flush();
            world.cluster.ended(this, "its heap ran out", true);
            return;
        }
        startNext();
    }

    private void report(SimulatedTask task, TaskOutcome outcome, long runNanos) {
        world.note("ends", id, task.id(), outcome.getClass().getSimpleName());
        ended.computeIfAbsent(task.stage, key -> new ArrayList<>())
                .add(new TaskEnd(task.task, task.attempt, outcome, TaskLife.metrics(runNanos)));
        reportSoon();
    }

    private void reportSoon() {
        if (!reporting) {
            reporting = true;
            when(world.chance.below(3, 19, world.trace.count()) * MILLISECOND, this::flush);
        }
    }

    private void flush() {
        reporting = false;
        List<ToDriver.StageEnds> ends = new ArrayList<>();
        ended.forEach((stage, tasks) -> ends.add(new ToDriver.StageEnds(stage, tasks)));
        wire.toDriver(new ToDriver.Report(ends, updates));
        ended.clear();
        updates.clear();
    }
}
