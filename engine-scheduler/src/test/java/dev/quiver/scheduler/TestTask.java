package dev.quiver.scheduler;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import dev.quiver.task.MapOutput;
import dev.quiver.task.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A task on an executor; its partition is its number in the layout. */
record TestTask(
        ExecutorId executor, StageAttempt stage, int partition, int attempt, StagePlan plan, TaskLayout layout) {
    TaskAttempt id() {
        return new TaskAttempt(stage, partition, attempt);
    }

    /** What it computes of its partition, or null when all of it. */
    PartitionSlice slice() {
        return layout.slice(partition);
    }

    /** The shuffle it writes, or null for a result task. */
    ShuffleId writes() {
        return plan.sink() instanceof StageSink.WriteShuffle sink ? sink.shuffle() : null;
    }

    /** The shuffles it may read. */
    List<ShuffleId> reads() {
        List<ShuffleId> shuffles = new ArrayList<>();
        for (StageNode node : plan.nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle shuffle) {
                    shuffles.add(shuffle.shuffle());
                }
            }
        }
        return shuffles;
    }

    TaskOutcome.Success success(Map<Long, byte[]> accumulators) {
        return success(accumulators, 1);
    }

    /** @param content checksum of what a map task wrote; the value of a result task */
    TaskOutcome.Success success(Map<Long, byte[]> accumulators, long content) {
        return writes() == null
                ? new TaskOutcome.Returned((partition + ":" + content).getBytes(StandardCharsets.UTF_8), accumulators)
                : new TaskOutcome.Wrote(
                        new MapOutput(writes(), partition, stage.epoch(), attempt, 1, content, new byte[0]),
                        accumulators);
    }

    static TaskOutcome.Threw threw(boolean retry) {
        return new TaskOutcome.Threw(
                "java.lang.IllegalArgumentException",
                "bad row",
                "WordCount.lambda$main$0(WordCount.java:23)",
                "",
                retry);
    }
}
