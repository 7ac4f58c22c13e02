package dev.quiver.scheduler.stage;

import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Whether a stage's tasks must run together, and whether they can. Walks with a stack of its own. */
final class BarrierChain {
    private BarrierChain() {}

    /** Whether a dataset in the stage of another asks for it. */
    static boolean isIn(Lineage root) {
        return search(root, false) != null;
    }

    /** Why the tasks of a barrier stage cannot run together: then every job that needs it is refused. Null when they can. */
    static String problem(Stage stage) {
        if (!stage.isBarrier()) {
            return null;
        }
        Lineage root = stage.root();
        if (stage instanceof ResultStage result && result.partitionCount() < root.partitionCount()) {
            return "the tasks of " + stage.describe() + " run together or not at all, so it cannot compute "
                    + result.partitionCount() + " of its " + root.partitionCount()
                    + " partitions; use collect instead of take or first, or let a shuffle, as repartition, come"
                    + " between";
        }
        Lineage other = search(root, true);
        return other == null
                ? null
                : "the tasks of " + stage.describe() + " run together, one a partition of " + other + ", which has "
                        + other.partitionCount() + " and not " + root.partitionCount()
                        + "; let a shuffle, as repartition, come between";
    }

    /** The first dataset of the stage that runs together, or of those the first with other partitions than the root. */
    private static Lineage search(Lineage root, boolean withOtherPartitions) {
        Set<DatasetId> seen = new LinkedHashSet<>();
        ArrayDeque<Lineage> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            Lineage lineage = pending.pop();
            if (!seen.add(lineage.id())) {
                continue;
            }
            if (lineage.isTogether() && (!withOtherPartitions || lineage.partitionCount() != root.partitionCount())) {
                return lineage;
            }
            for (Dependency dependency : lineage.dependencies()) {
                if (!(dependency instanceof ShuffleDependency)) {
                    pending.push(dependency.parent());
                }
            }
        }
        return null;
    }
}
