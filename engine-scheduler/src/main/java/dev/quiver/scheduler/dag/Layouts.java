package dev.quiver.scheduler.dag;

import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.port.SchedulerListener.SplitRead;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.Slicing;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.TaskLayout;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Fixes what the tasks of a stage are when it is started for the first time: its inputs are there, so their sizes are
 * known. Map outputs mean the same as long as their shuffle exists, so the layout of a map stage outlives the stage: it is
 * kept where the outputs are.
 */
final class Layouts {
    /** A task that reads less waits for its rows longer than it works on them. */
    private static final long LITTLE_BYTES = 512 << 10;

    private final Ports ports;
    private final Executors executors;

    Layouts(Ports ports, Executors executors) {
        this.ports = ports;
        this.executors = executors;
    }

    /** @param stage one that has no layout, and whose inputs are complete */
    void layOut(Stage stage) {
        BitSet missing = stage.missingTasks(ports.outputs());
        if (!(stage instanceof MapStage map)) {
            stage.layOut(choose(stage, missing));
            return;
        }
        ShuffleId shuffle = map.shuffle().id();
        TaskLayout layout = ports.outputs().layout(shuffle);
        if (layout == null) {
            layout = choose(stage, missing);
            ports.outputs().layOut(shuffle, layout);
        }
        stage.layOut(layout);
    }

    private TaskLayout choose(Stage stage, BitSet wanted) {
        if (stage.isBarrier()) {
            return TaskLayout.whole(stage.root().partitionCount());
        }
        return Slicing.layout(
                stage.plan(),
                stage.root().partitionCount(),
                wanted,
                executors.totalSlots(),
                ports.outputs(),
                ports.settings().skew());
    }

    /** Whether the inputs of a stage, which are complete, are mostly small partitions of shuffles. */
    boolean readsLittle(Stage stage) {
        long mean = 0;
        boolean reads = false;
        for (StageNode node : stage.plan().nodes()) {
            for (StageInput input : node.inputs()) {
                if (input instanceof StageInput.Shuffle shuffle) {
                    long[] bytes = ports.outputs().bytesByPartition(shuffle.shuffle());
                    mean += LongStream.of(bytes).sum() / Math.max(1, bytes.length);
                    reads = true;
                }
            }
        }
        return reads && mean <= LITTLE_BYTES;
    }

    /** What of a stage is split, with sizes. */
    List<SplitRead> splits(Stage stage) {
        return stage.layout().splits().stream()
                .map(split -> new SplitRead(
                        split.partition(),
                        split.shuffle(),
                        split.slices(),
                        ports.outputs().bytesByPartition(split.shuffle())[split.partition()]))
                .toList();
    }
}
