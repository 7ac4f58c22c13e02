package dev.quiver.exec.pipeline;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Op;
import dev.quiver.shape.Shape;
import dev.quiver.stage.StageInput;
import dev.quiver.stage.StageNode;
import java.util.List;

/** One node of a stage, ready to be opened for any partition. Immutable. */
final class NodeProgram {
    /** Opens a node whose inputs it knows. */
    interface Opener {
        Cursor open(TaskRun run, int partition) throws Exception;
    }

    private final StageNode node;
    private final Opener opener;

    NodeProgram(StageNode node, Opener opener) {
        this.node = node;
        this.opener = opener;
    }

    /** Computes a partition, without a look at stored blocks. */
    Cursor open(TaskRun run, int partition) throws Exception {
        return opener.open(run, partition);
    }

    DatasetId dataset() {
        return node.dataset();
    }

    StorageLevel storageLevel() {
        return node.storageLevel();
    }

    Shape shape() {
        return node.shape();
    }

    boolean concatenates() {
        return node.op() instanceof Op.Concatenate;
    }

    List<StageInput> inputs() {
        return node.inputs();
    }
}
