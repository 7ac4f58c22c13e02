package dev.quiver.stage;

import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The program of a stage: the lineage from the nearest shuffles down to a sink, flattened so that it can be serialized,
 * interpreted or compiled without recursion. Installed once per executor; tasks are partitions of its last node.
 *
 * @param nodes in topological order: inputs before their readers; the last one feeds the sink
 * @param sink  what becomes of the rows
 */
public record StagePlan(List<StageNode> nodes, StageSink sink) implements Serializable {
    public StagePlan {
        nodes = List.copyOf(nodes);
    }

    /** The program that computes {@code root} and hands its rows to {@code sink}. */
    public static StagePlan of(Lineage root, StageSink sink) {
        Map<Lineage, Integer> positions = new HashMap<>();
        // Looked at once: a checkpoint may end while the plan is made.
        Map<Lineage, Lineage.Definition> definitions = new HashMap<>();
        List<StageNode> nodes = new ArrayList<>();
        ArrayDeque<Lineage> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            Lineage lineage = pending.peek();
            if (positions.containsKey(lineage)) {
                pending.pop();
                continue;
            }
            boolean ready = true;
            Lineage.Definition definition = definitions.computeIfAbsent(lineage, Lineage::definition);
            List<Dependency> dependencies = definition.dependencies();
            for (int index = dependencies.size() - 1; index >= 0; index--) {
                if (dependencies.get(index) instanceof Dependency.Narrow narrow
                        && !positions.containsKey(narrow.parent())) {
                    pending.push(narrow.parent());
                    ready = false;
                }
            }
            if (ready) {
                pending.pop();
                positions.put(lineage, nodes.size());
                nodes.add(node(lineage, definition, positions));
            }
        }
        return new StagePlan(nodes, sink);
    }

    private static StageNode node(Lineage lineage, Lineage.Definition definition, Map<Lineage, Integer> positions) {
        List<StageInput> inputs = new ArrayList<>();
        for (Dependency dependency : definition.dependencies()) {
            if (dependency instanceof Dependency.Narrow narrow) {
                inputs.add(new StageInput.Node(positions.get(narrow.parent()), narrow.mapping()));
            } else if (dependency instanceof ShuffleDependency shuffle) {
                inputs.add(new StageInput.Shuffle(shuffle.id(), shuffle.mapCount()));
            }
        }
        return new StageNode(
                lineage.id(),
                definition.op(),
                List.copyOf(inputs),
                lineage.storageLevel(),
                lineage.shape(),
                lineage.callSite());
    }

    /** The node whose partitions the tasks compute. */
    public StageNode root() {
        return nodes.get(nodes.size() - 1);
    }
}
