package dev.quiver;

import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells how a dataset is computed, stage by stage, the last one first. Never recursive: lineages may be long. */
final class Explanation {
    private final Map<ShuffleDependency, Integer> stages = new LinkedHashMap<>();
    private final ArrayDeque<ShuffleDependency> pending = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();

    private Explanation() {}

    static String of(Lineage root) {
        Explanation explanation = new Explanation();
        explanation.stage("result", root);
        while (!explanation.pending.isEmpty()) {
            ShuffleDependency shuffle = explanation.pending.remove();
            explanation.stage(
                    "stage " + explanation.stages.get(shuffle) + ", written for " + shuffle.reduceCount()
                            + " partitions"
                            + (shuffle.mapSide().isPresent() ? " after combining" : ""),
                    shuffle.parent());
        }
        return explanation.text.toString();
    }

    private void stage(String title, Lineage root) {
        text.append(title).append(": ").append(root.partitionCount()).append(" tasks\n");
        for (Lineage node : readersFirst(root)) {
            text.append("  ").append(node.id()).append(' ').append(node.callSite()).append(": ").append(node.shape());
            if (node.storageLevel() != StorageLevel.NONE) {
                text.append(", kept ").append(node.storageLevel());
            }
            String inputs = node.dependencies().stream().map(this::input).collect(Collectors.joining(", "));
            text.append(inputs.isEmpty() ? "" : " from " + inputs).append('\n');
        }
    }

    private String input(Dependency dependency) {
        if (dependency instanceof ShuffleDependency shuffle) {
            Integer known = stages.get(shuffle);
            if (known == null) {
                known = stages.size() + 1;
                stages.put(shuffle, known);
                pending.add(shuffle);
            }
            return "stage " + known;
        }
        return String.valueOf(dependency.parent().id());
    }

    /** The nodes of one stage, every reader before its inputs. */
    private static List<Lineage> readersFirst(Lineage root) {
        Map<Lineage, Boolean> done = new HashMap<>();
        Set<Lineage> entered = new HashSet<>();
        List<Lineage> inputsFirst = new ArrayList<>();
        ArrayDeque<Lineage> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Lineage node = open.peek();
            if (entered.add(node)) {
                for (Dependency dependency : node.dependencies()) {
                    if (dependency instanceof Dependency.Narrow && !entered.contains(dependency.parent())) {
                        open.push(dependency.parent());
                    }
                }
            } else {
                open.pop();
                if (done.put(node, true) == null) {
                    inputsFirst.add(node);
                }
            }
        }
        Collections.reverse(inputsFirst);
        return inputsFirst;
    }
}
