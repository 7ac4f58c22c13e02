package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.Action;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import java.util.HashMap;
import java.util.Map;

/** A try of a task on an executor. */
final class SimulatedTask {
    final StageAttempt stage;
    final int task;
    final int attempt;
    final StagePlan plan;
    final TaskLayout layout;

    /** Where the inputs were when it began. */
    final Map<ShuffleId, Located> inputs = new HashMap<>();

    Reading reading;
    Rows rows;
    long beganNanos;

    /** How often it has met the others, where tasks run together. */
    int round;

    /** Whether it may publish, and does: nothing stops it any more. */
    boolean publishes;

    boolean over;

    /** What was known of a shuffle. */
    record Located(ShuffleLocations locations, TaskLayout layout) {}

    SimulatedTask(StageAttempt stage, int task, int attempt, StagePlan plan, TaskLayout layout) {
        this.stage = stage;
        this.task = task;
        this.attempt = attempt;
        this.plan = plan;
        this.layout = layout;
    }

    TaskAttempt id() {
        return new TaskAttempt(stage, task, attempt);
    }

    int partition() {
        return layout.partition(task);
    }

    /** What it computes of its partition, or null when all of it. */
    PartitionSlice slice() {
        return layout.slice(task);
    }

    /** The shuffle it writes, or null for a result task. */
    ShuffleId writes() {
        return plan.sink() instanceof StageSink.WriteShuffle sink ? sink.shuffle() : null;
    }

    int reduceCount() {
        return ((StageSink.WriteShuffle) plan.sink()).partitioner().partitionCount();
    }

    /** Whether it publishes what it makes, once it may. */
    boolean saves() {
        return plan.sink() instanceof StageSink.Produce produce && produce.action() instanceof Action.SaveText;
    }

    /** Whether it runs at the same time as all others of its stage, and meets them. */
    boolean isTogether() {
        return Together.isTogether(plan);
    }

    /** A number that is its own among all tries. */
    long number() {
        return ((stage.stage().value() * 1_009L + stage.epoch()) * 10_007 + task) * 101 + attempt;
    }

    @Override
    public String toString() {
        return "task " + id();
    }
}
