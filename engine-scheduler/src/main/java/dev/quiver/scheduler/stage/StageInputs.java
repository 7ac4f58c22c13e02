package dev.quiver.scheduler.stage;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.CachedPartitions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which shuffles a stage reads: the nearest ones up the lineage. Walks with a stack of its own, however long it is. */
public final class StageInputs {
    private StageInputs() {}

    /** Every shuffle the dataset is computed from, none behind another. */
    public static List<ShuffleDependency> all(Lineage root) {
        return walk(root, lineage -> false);
    }

    /** Those of them that are read as things stand: a fully cached dataset needs nothing that lies behind it. */
    public static List<ShuffleDependency> needed(Lineage root, CachedPartitions cached) {
        return walk(root, lineage -> isFullyCached(lineage, cached));
    }

    /** Every shuffle in the history of the dataset, also those behind others. */
    public static Set<ShuffleDependency> history(Lineage root) {
        Set<ShuffleDependency> history = new LinkedHashSet<>();
        ArrayDeque<Lineage> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            for (ShuffleDependency shuffle : all(pending.pop())) {
                if (history.add(shuffle)) {
                    pending.push(shuffle.parent());
                }
            }
        }
        return history;
    }

    /** The datasets up to the nearest shuffles whose partitions are kept, the given one included. */
    static List<Lineage> kept(Lineage root, Predicate<Lineage> isKept) {
        List<Lineage> kept = new ArrayList<>();
        walk(root, lineage -> {
            if (isKept.test(lineage)) {
                kept.add(lineage);
            }
            return false;
        });
        return kept;
    }

    private static List<ShuffleDependency> walk(Lineage root, Predicate<Lineage> cut) {
        List<ShuffleDependency> shuffles = new ArrayList<>();
        Set<DatasetId> seen = new LinkedHashSet<>();
        ArrayDeque<Lineage> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            Lineage lineage = pending.pop();
            if (!seen.add(lineage.id()) || cut.test(lineage)) {
                continue;
            }
            for (Dependency dependency : lineage.dependencies()) {
                if (dependency instanceof ShuffleDependency shuffle) {
                    shuffles.add(shuffle);
                } else {
                    pending.push(dependency.parent());
                }
            }
        }
        return shuffles;
    }

    private static boolean isFullyCached(Lineage lineage, CachedPartitions cached) {
        if (lineage.storageLevel() == StorageLevel.NONE) {
            return false;
        }
        for (int partition = 0; partition < lineage.partitionCount(); partition++) {
            if (cached.holders(lineage.id(), partition).isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
