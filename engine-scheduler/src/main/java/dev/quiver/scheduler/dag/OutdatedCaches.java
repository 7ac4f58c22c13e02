package dev.quiver.scheduler.dag;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageInputs;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Cached partitions that were computed from map outputs which have been replaced by others since. They are dropped, all those
 * of a dataset together, when a stage that may read them is about to start: before that nobody cares.
 *
 * <p>A task of an older attempt, or of another stage, may still be storing what it made of the old rows, and may do so until
 * it has ended, cancelled or not. So the stage waits until no task set is left that could; a block that is stored or told
 * later comes from tasks that were launched after the drop.
 *
 * <p>A dataset counts as outdated by any shuffle in its history, however far back. Whether a change would come through to it
 * is known only when all between has run again, and that would run only if the cached partitions were not there.
 */
final class OutdatedCaches {
    private final Contents contents;
    private final CachedPartitions cached;
    private final TaskSets taskSets;

    /**
     * What is cached of a dataset was computed at this moment or later; of one that is not here, at any time. Only datasets
     * that some change may concern are here.
     */
    private final Map<DatasetId, Long> freshSince = new LinkedHashMap<>();

    OutdatedCaches(Contents contents, CachedPartitions cached, TaskSets taskSets) {
        this.contents = contents;
        this.cached = cached;
        this.taskSets = taskSets;
    }

    /** Drops what the stage must not read; false, and nothing changes, while a task set is left that may add to it. */
    boolean makeReadable(Stage stage) {
        if (contents.now() == Contents.BEGINNING) {
            return true;
        }
        Set<DatasetId> outdated = outdated(stage);
        if (outdated.isEmpty()) {
            return true;
        }
        for (TaskSet set : taskSets.view()) {
            if (stores(set.assignment().plan(), outdated)) {
                return false;
            }
        }
        for (DatasetId dataset : outdated) {
            cached.drop(dataset);
            freshSince.put(dataset, contents.now());
        }
        return true;
    }

    /** Whether there is something to drop before the stage may start. */
    boolean readsOutdated(Stage stage) {
        return !outdated(stage).isEmpty();
    }

    private Set<DatasetId> outdated(Stage stage) {
        Set<DatasetId> outdated = new LinkedHashSet<>();
        for (Lineage kept : stage.kept()) {
            if (isOutdated(kept)) {
                outdated.add(kept.id());
            }
        }
        return outdated;
    }

    private boolean isOutdated(Lineage kept) {
        long moment = freshSince.getOrDefault(kept.id(), Contents.BEGINNING);
        for (ShuffleDependency shuffle : StageInputs.history(kept)) {
            if (contents.changedSince(shuffle.id(), moment)) {
                return true;
            }
        }
        return false;
    }

    private static boolean stores(StagePlan plan, Set<DatasetId> datasets) {
        for (StageNode node : plan.nodes()) {
            if (node.storageLevel() != StorageLevel.NONE && datasets.contains(node.dataset())) {
                return true;
            }
        }
        return false;
    }

    /** Nothing is cached of the dataset any more, and perhaps nobody can read it. */
    void forget(DatasetId dataset) {
        freshSince.remove(dataset);
    }
}
