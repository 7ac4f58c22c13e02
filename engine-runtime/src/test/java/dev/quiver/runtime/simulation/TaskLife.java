package dev.quiver.runtime.simulation;

import dev.quiver.id.BlockId;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ShuffleId;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.task.BarrierAnswer;
import dev.quiver.task.BlockSizes;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskMetrics;
import dev.quiver.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What happens to a task from its begin to its end:
 * <pre>
 *   begin: asks where its inputs are --> reads them --> meets the others, where all run together
 *                 --> writes, or returns; or asks for a commit --> publishes
 * </pre>
 */
final class TaskLife {
    private static final long MILLISECOND = 1_000_000;
    private static final long ASK_AGAIN = 15_000 * MILLISECOND;

    /** The accumulator that each task adds its own name to. */
    static final long NAMES = 1;

    private final World world;
    private final SimulatedExecutor executor;

    TaskLife(World world, SimulatedExecutor executor) {
        this.world = world;
        this.executor = executor;
    }

    static TaskMetrics metrics(long runNanos) {
        return new TaskMetrics(runNanos, 0, 0, 0, 0, 0, 0, 0);
    }

    void begin(SimulatedTask task) {
        task.beganNanos = world.agenda.nanoTime();
        for (StageNode node : task.plan.nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle shuffle) {
                    locate(task, shuffle.shuffle());
                }
            }
        }
        long nanos = duration(task);
        executor.when(nanos / 2, () -> read(task));
        executor.when(nanos, () -> meet(task, task.isTogether() && world.chance.oneIn(4, 28, task.number()) ? -1 : 0));
    }

    private void locate(SimulatedTask task, ShuffleId shuffle) {
        if (world.driver.knows(shuffle)) {
            task.inputs.put(
                    shuffle,
                    new SimulatedTask.Located(
                            world.driver.code.tracker().snapshot(shuffle),
                            world.driver.code.tracker().layout(shuffle)));
        }
    }

    private long duration(SimulatedTask task) {
        int stage = task.stage.stage().value();
        int power = world.chance.below(task.layout.taskCount() > 100 ? 4 : 12, 20, stage);
        long nanos = (MILLISECOND << power) * (50 + world.chance.below(100, 21, task.number())) / 100;
        if (world.chance.oneIn(40, 22, task.number())) {
            nanos *= 10;
        }
        nanos *= world.cluster.slowness(executor);
        return world.healed ? Math.min(nanos, 20 * MILLISECOND) : nanos;
    }

    private void read(SimulatedTask task) {
        if (task.over) {
            return;
        }
        Reading reading = new Reading(world, executor, task);
        try {
            task.rows = reading.run();
            task.reading = reading;
        } catch (Reading.Unreadable unreadable) {
            world.note("cannot read", executor.id, task.id(), unreadable.failure.message());
            executor.end(task, unreadable.failure);
        }
    }

    /** Waits for all others, as often as its stage does; in round -1 it only asks who they are. */
    private void meet(SimulatedTask task, int round) {
        if (task.over) {
            return;
        }
        if (!task.isTogether() || round >= rounds(task)) {
            finish(task);
            return;
        }
        task.round = round;
        executor.wire.askToMeet(task, round, answer -> met(task, round, answer));
        executor.when(ASK_AGAIN, () -> {
            if (!task.over && task.round == round) {
                meet(task, round);
            }
        });
    }

    private void met(SimulatedTask task, int round, BarrierAnswer answer) {
        if (task.over || task.round != round) {
            return;
        }
        task.round = round + 1;
        if (answer.problem().isEmpty()) {
            executor.when(world.chance.below(20, 29, task.number(), round) * MILLISECOND, () -> meet(task, task.round));
        } else {
            executor.end(task, new TaskOutcome.Threw("BarrierException", answer.problem(), "Main:1", "", true));
        }
    }

    /** How often the tasks of a stage meet. Now and then one of them leaves out the last time. */
    private int rounds(SimulatedTask task) {
        int rounds = world.chance.below(4, 25, task.stage.stage().value());
        return world.chance.oneIn(60, 26, task.number()) ? rounds - 1 : rounds;
    }

    private void finish(SimulatedTask task) {
        if (task.over) {
            return;
        }
        TaskOutcome.Failure failure = world.cluster.failure(executor);
        if (failure != null) {
            executor.end(task, failure);
        } else if (task.writes() != null) {
            executor.end(task, written(task));
        } else if (task.saves()) {
            executor.wire.askToCommit(task, granted -> commit(task, granted));
        } else {
            executor.end(task, returned(task));
        }
    }

    private void commit(SimulatedTask task, boolean granted) {
        if (task.over) {
            return;
        }
        if (!granted) {
            executor.end(task, new TaskOutcome.CommitDenied("another attempt holds the grant"));
            return;
        }
        TaskOutcome.Failure failure = world.cluster.failure(executor);
        if (failure != null) {
            executor.end(task, failure);
            return;
        }
        task.publishes = true;
        long nanos = (1 + world.chance.below(400, 23, task.number())) * MILLISECOND;
        executor.when(
                world.chance.oneIn(4, 27, task.number()) && !world.healed ? 10 * nanos : nanos,
                () -> executor.end(task, returned(task)));
    }

    private TaskOutcome written(SimulatedTask task) {
        ShuffleId shuffle = task.writes();
        byte[] sizes = new byte[task.reduceCount()];
        for (int reduce = 0; reduce < sizes.length; reduce++) {
            sizes[reduce] = BlockSizes.encode(world.scenario.workload.bytes(shuffle, reduce));
        }
        boolean absorbs = world.scenario.workload.absorbs(shuffle);
        boolean other = world.scenario.workload.changes(shuffle) && world.chance.oneIn(2, 24, task.number());
        long content = absorbs
                ? Formula.absorbed(task.partition())
                : Formula.output(task.rows.number() + (other ? 1 : 0), task.partition());
        MapOutput output = new MapOutput(shuffle, task.task, task.stage.epoch(), task.attempt, 1, content, sizes);
        world.written.wrote(
                output, absorbs ? Map.of() : task.rows.origins(), task.id().toString());
        executor.files.add(shuffle, output.version());
        return new TaskOutcome.Wrote(output, name(task));
    }

    private TaskOutcome returned(SimulatedTask task) {
        return new TaskOutcome.Returned(world.driver.values.keep(task.rows), name(task));
    }

    private static Map<Long, byte[]> name(SimulatedTask task) {
        return Map.of(NAMES, task.id().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A dataset is kept no more: what a task has begun to keep of it is dropped too. */
    void forget(SimulatedTask task, DatasetId dataset) {
        if (task.reading != null) {
            List<BlockId.CachedPartition> blocks = task.reading.kept.keySet().stream()
                    .filter(block -> block.dataset().equals(dataset))
                    .toList();
            blocks.forEach(task.reading.kept::remove);
        }
    }
}
