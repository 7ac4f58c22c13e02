package dev.quiver.runtime.simulation;

import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import java.util.HashMap;
import java.util.Map;

/** What a partition is when one thread computes it and nothing goes wrong. */
final class Oracle {
    private final Workload workload;
    private final Map<ShuffleId, Long> contents = new HashMap<>();

    Oracle(Workload workload) {
        this.workload = workload;
    }

    long number(Lineage lineage, int partition) {
        long rows = Formula.begin(lineage.id(), partition);
        for (Dependency dependency : lineage.dependencies()) {
            if (dependency instanceof Dependency.Narrow narrow) {
                for (int parent : narrow.mapping().parents(partition)) {
                    rows = Formula.add(rows, number(narrow.parent(), parent));
                }
            } else if (dependency instanceof ShuffleDependency shuffle) {
                rows = Formula.add(rows, content(shuffle));
            }
        }
        return rows;
    }

    private long content(ShuffleDependency shuffle) {
        Long known = contents.get(shuffle.id());
        if (known != null) {
            return known;
        }
        long content = 0;
        for (int map = 0; map < shuffle.mapCount(); map++) {
            long output = workload.absorbs(shuffle.id())
                    ? Formula.absorbed(map)
                    : Formula.output(number(shuffle.parent(), map), map);
            content = Formula.shuffle(content, output);
        }
        contents.put(shuffle.id(), content);
        return content;
    }
}
