package dev.quiver.scheduler.stage;

import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.stage.Action;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All stages that some job needs: one map stage per shuffle, whoever reads it, and one result stage per job. Parents
 * have lower numbers than their children.
 */
public final class StageGraph {
    private final MapOutputs outputs;
    private final Contents contents;
    private final Map<StageId, Stage> stages = new LinkedHashMap<>();
    private final Map<ShuffleId, MapStage> mapStages = new LinkedHashMap<>();
    private final Epochs epochs = new Epochs();
    private int nextId;

    /** The stage that was looked for last, as it is for all ends of a report; null when it is not here any more. */
    private Stage latest;

    public StageGraph(MapOutputs outputs, Contents contents) {
        this.outputs = outputs;
        this.contents = contents;
    }

    /** Adds the stages of a job: a result stage, and map stages for the shuffles that have none yet. */
    public ResultStage add(JobId job, Lineage lineage, int[] partitions, Action action) {
        List<MapStage> parents = mapStagesOf(lineage);
        ResultStage result = new ResultStage(newId(), lineage, parents, partitions, action);
        stages.put(result.id(), result);
        for (Stage stage : ancestry(result)) {
            stage.neededBy(job);
        }
        return result;
    }

    /** The stages of the shuffles a dataset reads. Builds what is missing, ancestors first, with a stack of its own. */
    private List<MapStage> mapStagesOf(Lineage lineage) {
        List<ShuffleDependency> reads = StageInputs.all(lineage);
        ArrayDeque<Draft> drafts = new ArrayDeque<>();
        for (ShuffleDependency read : reads) {
            drafts.push(new Draft(read, StageInputs.all(read.parent())));
            while (!drafts.isEmpty()) {
                Draft draft = drafts.peek();
                if (mapStages.containsKey(draft.shuffle().id())) {
                    drafts.pop();
                    continue;
                }
                boolean complete = true;
                for (ShuffleDependency behind : draft.reads()) {
                    if (!mapStages.containsKey(behind.id())) {
                        drafts.push(new Draft(behind, StageInputs.all(behind.parent())));
                        complete = false;
                        break;
                    }
                }
                if (complete) {
                    drafts.pop();
                    create(draft);
                }
            }
        }
        return known(reads);
    }

    private void create(Draft draft) {
        ShuffleDependency shuffle = draft.shuffle();
        outputs.register(shuffle.id(), shuffle.mapCount(), shuffle.reduceCount());
        MapStage stage = new MapStage(newId(), shuffle, known(draft.reads()), epochs.first(shuffle.id()));
        stages.put(stage.id(), stage);
        mapStages.put(shuffle.id(), stage);
        forgetOutdated(stage);
    }

    /** While nobody needed this stage, what its outputs were computed from may have been replaced by other rows. */
    private void forgetOutdated(MapStage stage) {
        if (stage.readsChangedSince(contents.derivedAt(stage.shuffle().id()), contents)) {
            outputs.removeAll(stage.shuffle().id());
        }
    }

    private List<MapStage> known(List<ShuffleDependency> shuffles) {
        Set<MapStage> known = new LinkedHashSet<>();
        for (ShuffleDependency shuffle : shuffles) {
            known.add(mapStages.get(shuffle.id()));
        }
        return new ArrayList<>(known);
    }

    private StageId newId() {
        return new StageId(nextId++);
    }

    /** A stage and everything it may read from, directly or not. */
    public static Set<Stage> ancestry(Stage stage) {
        Set<Stage> found = new LinkedHashSet<>();
        ArrayDeque<Stage> pending = new ArrayDeque<>();
        pending.push(stage);
        while (!pending.isEmpty()) {
            Stage next = pending.pop();
            if (found.add(next)) {
                next.parents().forEach(pending::push);
            }
        }
        return found;
    }

    /** The stage, or null when no job needs it. */
    public Stage find(StageId id) {
        if (latest == null || !latest.id().equals(id)) {
            latest = stages.get(id);
        }
        return latest;
    }

    /** The stage that writes a shuffle, or null when no job needs it. */
    public MapStage find(ShuffleId shuffle) {
        return mapStages.get(shuffle);
    }

    /** Forgets a stage no job needs. */
    public void remove(Stage stage) {
        stages.remove(stage.id());
        latest = null;
        for (MapStage parent : stage.parents()) {
            parent.children().remove(stage);
        }
        if (stage instanceof MapStage map) {
            mapStages.remove(map.shuffle().id());
            epochs.forget(map);
        }
    }

    /** Undoes {@link #add}, also when it stopped half-way: forgets what no other job needs. */
    public void withdraw(JobId job) {
        for (Stage stage : new ArrayList<>(stages.values())) {
            stage.notNeededBy(job);
            if (!stage.isNeeded()) {
                remove(stage);
            }
        }
    }

    /** A copy, lowest number first. */
    public List<Stage> all() {
        return new ArrayList<>(stages.values());
    }

    public int size() {
        return stages.size();
    }

    private record Draft(ShuffleDependency shuffle, List<ShuffleDependency> reads) {}
}
