package dev.quiver.scheduler.stage;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.id.ExecutorId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.PartitionMapping;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.MapRange;
import dev.quiver.stage.PartitionSlice;
import dev.quiver.stage.TaskLayout;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Where the tasks of a stage had best run: where the nearest cached ancestor is, else where most of what
 * they read from a shuffle is. Chains of one-to-one operators are walked once for all partitions, and the search for
 * one partition is bounded, so a million tasks over a lineage of thousands stay cheap.
 */
public final class Preferences implements IntFunction<List<ExecutorId>> {
    /** Datasets looked at for one partition. */
    private static final int MOST_LOOKS = 16;

    private final Lineage root;
    private final TaskLayout layout;
    private final CachedPartitions cached;
    private final MapOutputs outputs;
    private final Map<DatasetId, Lineage> landings = new LinkedHashMap<>();

    private Preferences(Lineage root, TaskLayout layout, CachedPartitions cached, MapOutputs outputs) {
        this.root = root;
        this.layout = layout;
        this.cached = cached;
        this.outputs = outputs;
    }

    /** The preferences of the tasks that compute a dataset, or null when none can have any. */
    public static IntFunction<List<ExecutorId>> of(
            Lineage root, TaskLayout layout, CachedPartitions cached, MapOutputs outputs) {
        Lineage landing = land(root);
        boolean none = landing.dependencies().isEmpty() && landing.storageLevel() == StorageLevel.NONE;
        return none ? null : new Preferences(root, layout, cached, outputs);
    }

    @Override
    public List<ExecutorId> apply(int task) {
        PartitionSlice slice = layout.slice(task);
        if (slice != null) {
            return outputs.preferred(slice.shuffle(), slice.partition(), slice.maps());
        }
        ArrayDeque<Look> looks = new ArrayDeque<>();
        looks.add(new Look(root, task));
        for (int count = 0; count < MOST_LOOKS && !looks.isEmpty(); count++) {
            Look look = looks.poll();
            Lineage lineage = landings.computeIfAbsent(look.lineage().id(), id -> land(look.lineage()));
            if (lineage.storageLevel() != StorageLevel.NONE) {
                List<ExecutorId> holders = cached.holders(lineage.id(), look.partition());
                if (!holders.isEmpty()) {
                    return holders;
                }
            }
            for (Dependency dependency : lineage.dependencies()) {
                if (dependency instanceof ShuffleDependency shuffle) {
                    List<ExecutorId> best = outputs.preferred(shuffle.id(), look.partition(), MapRange.ALL);
                    if (!best.isEmpty()) {
                        return best;
                    }
                } else if (dependency instanceof Dependency.Narrow narrow) {
                    for (int parent : narrow.mapping().parents(look.partition())) {
                        looks.add(new Look(narrow.parent(), parent));
                    }
                }
            }
        }
        return List.of();
    }

    /** The first dataset up a one-to-one chain at which there is something to look at. */
    private static Lineage land(Lineage from) {
        Lineage lineage = from;
        while (lineage.storageLevel() == StorageLevel.NONE
                && lineage.dependencies().size() == 1
                && lineage.dependencies().get(0) instanceof Dependency.Narrow narrow
                && narrow.mapping() instanceof PartitionMapping.OneToOne) {
            lineage = narrow.parent();
        }
        return lineage;
    }

    private record Look(Lineage lineage, int partition) {}
}
