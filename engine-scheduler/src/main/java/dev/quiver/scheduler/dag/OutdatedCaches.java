package dev.quiver.scheduler.dag;

import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageInputs;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cached partitions that were computed from map outputs which have been replaced by others since. They are dropped before a
 * stage that may read them starts; and not before all tasks of older attempts have ended that could add to them.
 */
final class OutdatedCaches {
    private final Contents contents;
    private final CachedPartitions cached;
    private final TaskSets taskSets;

    /**
     * What is cached of a dataset was computed at this moment or later; of one that is not here, at any time. Only datasets
     * that some change concerned are here.
     */
    private final Map<DatasetId, Long> freshSince = new LinkedHashMap<>();

    OutdatedCaches(Contents contents, CachedPartitions cached, TaskSets taskSets) {
        this.contents = contents;
        this.cached = cached;
        this.taskSets = taskSets;
    }

    /** Drops what the stage must not read; false, and nothing changes, while older tasks may add to it. */
    boolean drop(Stage stage) {
        if (contents.now() == Contents.BEGINNING) {
            return true;
        }
        List<DatasetId> outdated = new ArrayList<>();
        for (Lineage kept : StageInputs.kept(stage.root())) {
            if (isOutdated(kept)) {
                outdated.add(kept.id());
            }
        }
        for (TaskSet set : taskSets.view()) {
            if (set.heldCount() > 0 && set.plan().nodes().stream().anyMatch(node -> outdated.contains(node.dataset()))) {
                return false;
            }
        }
        for (DatasetId dataset : outdated) {
            cached.drop(dataset);
            freshSince.put(dataset, contents.now());
        }
        return true;
    }

    private boolean isOutdated(Lineage kept) {
        long moment = freshSince.getOrDefault(kept.id(), Contents.BEGINNING);
        for (ShuffleDependency shuffle : StageInputs.all(kept)) {
            if (contents.changedSince(shuffle.id(), moment)) {
                return true;
            }
        }
        return false;
    }

    /** Nobody can read the dataset any more, or it is to be computed anew. */
    void forget(DatasetId dataset) {
        freshSince.remove(dataset);
    }
}
