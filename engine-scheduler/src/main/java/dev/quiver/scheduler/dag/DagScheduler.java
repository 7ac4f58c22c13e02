package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.lineage.ShuffleDependency;
import dev.quiver.scheduler.SchedulerEvent.JobSubmitted;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.port.JobListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.Preferences;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageInputs;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.task.TaskOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs jobs stage by stage: a stage starts when the outputs of its parents are there, and only for partitions that are
 * missing. Stages to be looked at stand in a queue that {@link #settle} empties, so that a thousand chained stages need
 * no deep call.
 */
public final class DagScheduler {
    private final Ports ports;
    private final StageGraph graph;
    private final TaskSets taskSets;
    private final Executors executors;
    private final CommitCoordinator commits;
    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private final ArrayDeque<Stage> submitted = new ArrayDeque<>();
    private String clusterFailure;

    public DagScheduler(
            Ports ports, StageGraph graph, TaskSets taskSets, Executors executors, CommitCoordinator commits) {
        this.ports = ports;
        this.graph = graph;
        this.taskSets = taskSets;
        this.executors = executors;
        this.commits = commits;
    }

    public int jobCount() {
        return jobs.size();
    }

    // Jobs.

    /** Begins a job, or tells its listener at once why not. */
    public void submit(JobSubmitted request) {
        if (clusterFailure != null || jobs.containsKey(request.job())) {
            refuse(request, clusterFailure != null ? clusterFailure : "a job of this number is running already");
            return;
        }
        for (int partition : request.partitions()) {
            if (partition < 0 || partition >= request.lineage().partitionCount()) {
                refuse(request, request.lineage() + " has no partition " + partition);
                return;
            }
        }
        if (request.partitions().length == 0) {
            ports.watch().onJobStarted(request.job(), request.callSite(), 0, 0);
            tellEnd(request.listener(), JobListener::onSucceeded);
            ports.watch().onJobEnded(request.job(), true, "");
            return;
        }
        ResultStage result;
        try {
            result = graph.add(request.job(), request.lineage(), request.partitions(), request.action());
        } catch (RuntimeException failure) {
            graph.removeUnneeded();
            refuse(request, "its stages could not be built: " + failure);
            return;
        }
        Job job = new Job(request.job(), result, request.listener());
        jobs.put(job.id(), job);
        int all = StageGraph.ancestry(result).size();
        ports.watch().onJobStarted(job.id(), request.callSite(), all, all - countUpcoming(result));
        submit(result);
    }

    private void refuse(JobSubmitted request, String why) {
        String message = "Job " + request.job() + " failed: " + why;
        ports.watch().onJobStarted(request.job(), request.callSite(), 0, 0);
        tellEnd(request.listener(), listener -> listener.onFailed(message, null));
        ports.watch().onJobEnded(request.job(), false, message);
    }

    private int countUpcoming(Stage result) {
        Set<Stage> upcoming = new LinkedHashSet<>();
        ArrayDeque<Stage> pending = new ArrayDeque<>();
        pending.push(result);
        while (!pending.isEmpty()) {
            Stage stage = pending.pop();
            if (upcoming.add(stage)) {
                missingParents(stage).forEach(pending::push);
            }
        }
        return upcoming.size();
    }

    /** Ends a job on request; the stages other jobs need go on. */
    public void cancel(JobId id, String reason) {
        Job job = jobs.get(id);
        if (job != null) {
            fail(job, "Job " + id + " was cancelled: " + reason, null);
        }
    }

    /** The cluster has given up: all jobs fail, and later ones at once, until an executor comes after all. */
    public void clusterFailed(String reason) {
        clusterFailure = reason;
        failAll(reason);
    }

    public void clusterRecovered() {
        clusterFailure = null;
    }

    public void failAll(String why) {
        for (Job job : new ArrayList<>(jobs.values())) {
            fail(job, "Job " + job.id() + " failed: " + why, null);
        }
    }

    /** Fails every job that needs a stage. */
    public void failJobsOf(Stage stage, String why, TaskOutcome.Failure cause) {
        for (JobId id : stage.jobs()) {
            Job job = jobs.get(id);
            if (job != null) {
                fail(job, "Job " + id + " failed: " + why, cause);
            }
        }
    }

    private void fail(Job job, String message, TaskOutcome.Failure cause) {
        if (release(job, message)) {
            tellEnd(job.listener(), listener -> listener.onFailed(message, cause));
            ports.watch().onJobEnded(job.id(), false, message);
        }
    }

    /** Every partition of the job was told. */
    void succeed(ResultStage result) {
        Job job = jobs.get(result.jobs().get(0));
        if (release(job, "the job is done")) {
            tellEnd(job.listener(), JobListener::onSucceeded);
            ports.watch().onJobEnded(job.id(), true, "");
        }
    }

    private boolean release(Job job, String why) {
        if (jobs.remove(job.id()) == null) {
            return false;
        }
        for (Stage stage : StageGraph.ancestry(job.result())) {
            stage.notNeededBy(job.id());
            if (!stage.isNeeded()) {
                endAttempt(stage, false, why);
                stage.become(new StageState.Retired(), why);
                graph.remove(stage);
            }
        }
        return true;
    }

    private static void tellEnd(JobListener listener, Consumer<JobListener> news) {
        try {
            news.accept(listener);
        } catch (RuntimeException | AssertionError | LinkageError tooLate) {
            // The job is over; there is nobody left to tell that its listener failed.
            return;
        }
    }

    /** Tells a job something it may choke on: then it fails, and nothing else does. */
    void tell(JobId id, Consumer<JobListener> news) {
        Job job = jobs.get(id);
        if (job == null) {
            return;
        }
        try {
            news.accept(job.listener());
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError failure) {
            fail(job, "Job " + id + " failed: a result could not be taken by the driver: " + failure, null);
        }
    }

    // Stages.

    /** Has a stage looked at by the next {@link #settle}. */
    void submit(Stage stage) {
        submitted.add(stage);
    }

    /** Starts what can start. */
    public void settle() {
        Stage stage = submitted.poll();
        while (stage != null) {
            try {
                advance(stage);
            } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError failure) {
                failJobsOf(stage, stage.describe() + " could not be started: " + failure, null);
            }
            stage = submitted.poll();
        }
    }

    private void advance(Stage stage) {
        boolean open = stage.state() instanceof StageState.Idle || stage.state() instanceof StageState.Succeeded;
        if (!open) {
            return;
        }
        Set<MapStage> missing = missingParents(stage);
        if (missing.isEmpty()) {
            start(stage);
        } else {
            stage.become(new StageState.Waiting(missing), "parents are missing");
            submitted.addAll(missing);
        }
    }

    private Set<MapStage> missingParents(Stage stage) {
        Set<MapStage> missing = inputs(stage);
        missing.addAll(stage.demanded());
        missing.removeIf(parent -> parent.isComplete(ports.outputs()));
        return missing;
    }

    /** The stages whose outputs a stage reads as things stand. */
    Set<MapStage> inputs(Stage stage) {
        Set<MapStage> inputs = new LinkedHashSet<>();
        for (ShuffleDependency shuffle : StageInputs.needed(stage.root(), ports.cached())) {
            inputs.add(graph.find(shuffle.id()));
        }
        return inputs;
    }

    private void start(Stage stage) {
        BitSet partitions = stage.missingPartitions(ports.outputs());
        if (partitions.isEmpty()) {
            succeeded(stage);
            return;
        }
        TaskSet set = new TaskSet(
                stage.newAttempt(),
                stage.jobs().get(0),
                stage.plan(),
                ports.patience(stage.id()),
                stage.root().partitionCount(),
                partitions,
                Preferences.of(stage.root(), ports.cached(), ports.outputs()),
                executors::isAlive);
        // An older attempt that still runs may publish these; two attempts would only be denied in turn.
        commits.granted(stage.id()).stream().forEach(set::withhold);
        stage.become(new StageState.Running(set), "its parents are complete");
        taskSets.add(set);
        ports.watch().onStageStarted(set.job(), set.attempt(), stage.root().callSite(), partitions.cardinality());
    }

    /** To be called when a partition of the stage's running attempt is finished. */
    void progressed(Stage stage) {
        TaskSet set = stage.running();
        if (set == null || set.unfinishedCount() > 0) {
            return;
        }
        if (stage instanceof MapStage map && !map.isComplete(ports.outputs())) {
            set.revive(map.missingPartitions(ports.outputs()));
            return;
        }
        endAttempt(stage, true, "all its partitions are done");
        succeeded(stage);
    }

    /** Every result was told, whatever state the stage is in. */
    void resultsComplete(ResultStage result) {
        endAttempt(result, true, "all its partitions are done");
        succeed(result);
    }

    private void succeeded(Stage stage) {
        if (stage instanceof ResultStage result) {
            succeed(result);
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

    /** Takes a running stage back; what it finished stays finished. It is submitted again when the delay has passed. */
    void rollBack(Stage stage, String why) {
        endAttempt(stage, false, why);
        stage.become(new StageState.RolledBack(why), why);
    }

    /** Retires the running attempt, if there is one; its tasks that still run are cancelled. */
    private void endAttempt(Stage stage, boolean succeeded, String why) {
        TaskSet set = stage.running();
        if (set == null || set.isRetired()) {
            return;
        }
        taskSets.retire(set);
        TaskLauncher launcher = ports.launcher();
        for (ExecutorId executor : set.holders()) {
            if (executors.isAlive(executor)) {
                launcher.cancel(executor, set.attempt(), why);
            }
        }
        launcher.stageEnded(set.attempt());
        ports.watch().onStageEnded(set.attempt(), succeeded, why);
    }

    /** Settings of the session. */
    SchedulerSettings settings() {
        return ports.settings();
    }
}
