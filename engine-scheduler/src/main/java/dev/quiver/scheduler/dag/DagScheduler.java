package dev.quiver.scheduler.dag;

import dev.quiver.id.DatasetId;
import dev.quiver.scheduler.SchedulerEvent.JobSubmitted;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.exclude.SetExclusions;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.Preferences;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.Assignment;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Runs jobs stage by stage: a stage starts when the outputs of its parents are there, and only for partitions that are
 * missing. Stages to be looked at stand in a queue that {@link #settle} empties, so that a thousand chained stages need
 * no deep call.
 */
public final class DagScheduler {
    private final Ports ports;
    private final TaskSets taskSets;
    private final Executors executors;
    private final CommitCoordinator commits;
    private final Contents contents;
    private final StageNeeds needs;
    private final StageEnds stageEnds;
    private final Layouts layouts;
    private final Jobs jobs;
    private final OutdatedCaches caches;
    private final ArrayDeque<Stage> submitted = new ArrayDeque<>();

    /** Stages that may start when task sets of others, or older ones of their own, are over. */
    private final Set<Stage> parked = new LinkedHashSet<>();

    public DagScheduler(
            Ports ports,
            StageGraph graph,
            TaskSets taskSets,
            Executors executors,
            ApplicationExclusions exclusions,
            CommitCoordinator commits,
            Contents contents) {
        this.ports = ports;
        this.taskSets = taskSets;
        this.executors = executors;
        this.commits = commits;
        this.contents = contents;
        this.caches = new OutdatedCaches(contents, ports.cached(), taskSets);
        taskSets.onForgotten(this::unpark);
        this.needs = new StageNeeds(graph, ports, new Doubts(contents, ports.outputs(), caches));
        this.stageEnds = new StageEnds(ports, graph, taskSets, executors, exclusions);
        this.layouts = new Layouts(ports, executors);
        this.jobs = new Jobs(ports, graph, stageEnds, needs);
    }

    public Jobs jobs() {
        return jobs;
    }

    StageNeeds needs() {
        return needs;
    }

    /** Begins a job, or tells its listener at once why not. */
    public void submit(JobSubmitted request) {
        ResultStage result = jobs.begin(request);
        if (result != null) {
            submit(result);
        }
    }

    /** Has a stage looked at by the next {@link #settle}. */
    void submit(Stage stage) {
        submitted.add(stage);
    }

    /** Nothing is cached of a dataset any more. */
    public void forget(DatasetId dataset) {
        caches.forget(dataset);
    }

    private void unpark() {
        submitted.addAll(parked);
        parked.clear();
    }

    /** Starts what can start. */
    public void settle() {
        Stage stage = submitted.poll();
        while (stage != null) {
            try {
                advance(stage);
            } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError failure) {
                jobs.failAllOf(stage, stage.describe() + " could not be started: " + failure, null);
            }
            stage = submitted.poll();
        }
    }

    private void advance(Stage stage) {
        boolean open = stage.state() instanceof StageState.Idle || stage.state() instanceof StageState.Succeeded;
        if (!open) {
            return;
        }
        if (!caches.makeReadable(stage)) {
            parked.add(stage);
            return;
        }
        Set<MapStage> missing = needs.missingParents(stage);
        if (missing.isEmpty()) {
            start(stage);
        } else {
            stage.become(new StageState.Waiting(missing), "parents are missing");
            submitted.addAll(missing);
        }
    }

    private void start(Stage stage) {
        if (stage.missingTasks(ports.outputs()).isEmpty()) {
            succeeded(stage);
            return;
        }
        if (stage.isBarrier() && stage instanceof MapStage map) {
            // All of it runs: what another attempt left does not belong to this one.
            ports.outputs().removeAll(map.shuffle().id());
        }
        boolean laidOut = stage.layout() != null;
        if (!laidOut) {
            layouts.layOut(stage);
        }
        BitSet tasks = stage.missingTasks(ports.outputs());
        if (stage instanceof MapStage map && tasks.cardinality() == map.layout().taskCount()) {
            contents.derivedNow(map.shuffle().id(), map.layout().taskCount());
        }
        Assignment assignment = new Assignment(
                stage.newAttempt(),
                contents.now(),
                stage.jobs().get(0),
                stage.plan(),
                stage.layout(),
                layouts.readsLittle(stage));
        TaskSet set = new TaskSet(
                assignment,
                ports.patience(stage.id()),
                new SetExclusions(ports.settings().policies().exclusion()),
                tasks,
                Preferences.of(stage.root(), stage.layout(), ports.cached(), ports.outputs()),
                executors::takesTasks);
        if (stage.isBarrier()) {
            set.runTogether();
        }
        if (ports.settings().policies().speculation().enabled()) {
            set.copies().time(ports.clock());
        }
        // An older attempt that still runs may publish these; two attempts would only be denied in turn.
        commits.granted(stage.id()).stream().forEach(set::withhold);
        stage.become(new StageState.Running(set), "its parents are complete");
        taskSets.add(set, jobs.pool(set.job()));
        ports.watch().onStageStarted(set.job(), set.attempt(), stage.root().callSite(), tasks.cardinality());
        if (!laidOut && !stage.layout().isWhole()) {
            ports.watch().onPartitionsSplit(set.attempt(), layouts.splits(stage));
        }
    }

    /** To be called when a partition of a map stage's running attempt is finished. */
    void progressed(MapStage stage) {
        TaskSet set = stage.running();
        if (set == null || set.unfinishedCount() > 0) {
            return;
        }
        if (!stage.isComplete(ports.outputs())) {
            set.revive(stage.missingTasks(ports.outputs()));
            return;
        }
        stageEnds.endAttempt(stage, true, "all its partitions are done");
        succeeded(stage);
    }

    /** To be called when the last result was told, whatever state its stage is in. */
    void resultsComplete(ResultStage result) {
        stageEnds.endAttempt(result, true, "all its partitions are done");
        jobs.succeed(result);
    }

    private void succeeded(Stage stage) {
        if (stage instanceof ResultStage result) {
            jobs.succeed(result);
            return;
        }
        stage.become(new StageState.Succeeded(), "all its partitions are done");
        stage.resetFetchFailedAttempts();
        for (Stage child : stage.children()) {
            if (child.state() instanceof StageState.Waiting waiting
                    && waiting.parents().remove(stage)
                    && waiting.parents().isEmpty()) {
                child.become(new StageState.Idle(), "its last parent is complete");
                submit(child);
            }
        }
    }

    /** Takes a running stage back; what it finished stays finished. */
    void rollBack(Stage stage, String why) {
        stageEnds.endAttempt(stage, false, why);
        stage.become(new StageState.RolledBack(why), why);
    }
}
