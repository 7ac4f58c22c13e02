package dev.quiver.scheduler.dag;

import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageInputs;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a stage needs before it can run, as things stand now: caches and map outputs come and go. */
final class StageNeeds {
    private final StageGraph graph;
    private final Ports ports;
    private final Doubts doubts;

    StageNeeds(StageGraph graph, Ports ports, Doubts doubts) {
        this.graph = graph;
        this.ports = ports;
        this.doubts = doubts;
    }

    /** The stages whose outputs it reads. */
    Set<MapStage> inputs(Stage stage) {
        Set<MapStage> inputs = new LinkedHashSet<>();
        for (ShuffleDependency shuffle : StageInputs.needed(stage.root(), ports.cached())) {
            inputs.add(graph.find(shuffle.id()));
        }
        inputs.addAll(stage.demanded());
        return inputs;
    }

    /** Those of them whose outputs are not all there, or not known to be up to date. */
    Set<MapStage> missingParents(Stage stage) {
        Set<MapStage> missing = inputs(stage);
        missing.removeIf(parent -> parent.isComplete(ports.outputs()) && !doubts.isDoubtful(parent, this::inputs));
        return missing;
    }

    /** How many stages have to run for a stage to complete, itself included. */
    int countUpcoming(Stage last) {
        Set<Stage> upcoming = new LinkedHashSet<>();
        ArrayDeque<Stage> pending = new ArrayDeque<>();
        pending.push(last);
        while (!pending.isEmpty()) {
            Stage stage = pending.pop();
            if (upcoming.add(stage)) {
                missingParents(stage).forEach(pending::push);
            }
        }
        return upcoming.size();
    }
}
