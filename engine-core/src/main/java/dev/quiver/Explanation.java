package dev.quiver;

import dev.quiver.engine.Engine;
import dev.quiver.lineage.Dependency;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.stage.Action;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells how a dataset is computed: its stages in the order in which they run, the operators of each from source to end,
 * what their rows look like and how that is known, and what the engine makes of it. Never recursive: lineages may be long.
 */
final class Explanation {
    private final Engine engine;
    private final Map<ShuffleDependency, Integer> numbers = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    private Explanation(Engine engine) {
        this.engine = engine;
    }

    static String of(Lineage root, Engine engine) {
        Explanation explanation = new Explanation(engine);
        for (ShuffleDependency shuffle : shufflesBehind(root)) {
            explanation.mapStage(shuffle);
        }
        explanation.resultStage(root);
        return explanation.text.toString();
    }

    private void mapStage(ShuffleDependency shuffle) {
        int number = numbers.size() + 1;
        numbers.put(shuffle, number);
        StageSink sink = new StageSink.WriteShuffle(
                shuffle.id(),
                shuffle.partitioner(),
                shuffle.keyed(),
                shuffle.mapSide().orElse(null));
        stage("stage " + number + ", a shuffle into " + shuffle.reduceCount() + " partitions", shuffle.parent(), sink);
    }

    private void resultStage(Lineage root) {
        stage(
                "stage " + (numbers.size() + 1) + ", the result of an action that takes all rows",
                root,
                new StageSink.Produce(new Action.Count()));
    }

    private void stage(String title, Lineage root, StageSink sink) {
        text.append(title).append(": ").append(root.partitionCount()).append(" tasks\n");
        for (Lineage node : inputsFirst(root, Explanation::narrowParents)) {
            text.append("  ").append(node.id()).append(' ').append(node.callSite());
            String inputs = node.dependencies().stream().map(this::input).collect(Collectors.joining(" and "));
            text.append(inputs.isEmpty() ? "" : ", reads " + inputs).append('\n');
            text.append("      rows: ")
                    .append(node.shape())
                    .append(", ")
                    .append(ShapeOrigin.of(node))
                    .append('\n');
        }
        for (String line : engine.describe(StagePlan.of(root, sink))) {
            text.append("  - ").append(line).append('\n');
        }
    }

    private String input(Dependency dependency) {
        return dependency instanceof ShuffleDependency shuffle
                ? "stage " + numbers.get(shuffle)
                : String.valueOf(dependency.parent().id());
    }

    /** All shuffles that a dataset needs, each behind those that it needs itself. */
    private static List<ShuffleDependency> shufflesBehind(Lineage root) {
        List<ShuffleDependency> ordered = new ArrayList<>();
        Set<ShuffleDependency> done = new HashSet<>();
        for (ShuffleDependency direct : shufflesOf(root)) {
            for (ShuffleDependency shuffle : inputsFirst(direct, next -> shufflesOf(next.parent()))) {
                if (done.add(shuffle)) {
                    ordered.add(shuffle);
                }
            }
        }
        return ordered;
    }

    /** The shuffles that a stage reads. */
    private static List<ShuffleDependency> shufflesOf(Lineage stage) {
        List<ShuffleDependency> shuffles = new ArrayList<>();
        for (Lineage node : inputsFirst(stage, Explanation::narrowParents)) {
            for (Dependency dependency : node.dependencies()) {
                if (dependency instanceof ShuffleDependency shuffle) {
                    shuffles.add(shuffle);
                }
            }
        }
        return shuffles;
    }

    private static List<Lineage> narrowParents(Lineage node) {
        List<Lineage> parents = new ArrayList<>();
        for (Dependency dependency : node.dependencies()) {
            if (dependency instanceof Dependency.Narrow) {
                parents.add(dependency.parent());
            }
        }
        return parents;
    }

    /** What can be reached from a root, every input before its readers. */
    private static <N> List<N> inputsFirst(N root, Function<N, List<N>> inputs) {
        Set<N> entered = new HashSet<>();
        Set<N> done = new HashSet<>();
        List<N> ordered = new ArrayList<>();
        ArrayDeque<N> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            N node = open.peek();
            if (entered.add(node)) {
                List<N> next = inputs.apply(node);
                for (int index = next.size() - 1; index >= 0; index--) {
                    if (!entered.contains(next.get(index))) {
                        open.push(next.get(index));
                    }
                }
            } else {
                open.pop();
                if (done.add(node)) {
                    ordered.add(node);
                }
            }
        }
        return ordered;
    }
}
