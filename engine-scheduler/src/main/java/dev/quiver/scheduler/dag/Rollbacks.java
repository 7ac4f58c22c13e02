package dev.quiver.scheduler.dag;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.stage.MapStage;
import dev.quiver.scheduler.stage.ResultStage;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.stage.StageState;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.task.TaskOutcome.FetchFailed;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lost map outputs. The stages that read them are rolled back; losses are collected for the resubmit delay, then those
 * stages are submitted again and pull in what they miss, so that a lost executor means one round of repairs. Outputs
 * nobody reads any more are left missing.
 */
public final class Rollbacks {
    private final DagScheduler dag;
    private final StageGraph graph;
    private final Executors executors;
    private final MapOutputs outputs;
    private final Clock clock;
    private final Timer<SchedulerEvent> timer;
    private final SchedulerSettings settings;
    private final Set<Stage> rolledBack = new LinkedHashSet<>();
    private Timer.Scheduled due;
    private long dueNanos;

    public Rollbacks(DagScheduler dag, StageGraph graph, Executors executors, Ports ports) {
        this.dag = dag;
        this.graph = graph;
        this.executors = executors;
        this.outputs = ports.outputs();
        this.clock = ports.clock();
        this.timer = ports.timer();
        this.settings = ports.settings();
    }

    /** A task of the stage's running attempt could not read its input. One witness costs only what it names. */
    void fetchFailed(Stage reader, FetchFailed failure) {
        if (failure.holder() != null && failure.mapPartition() >= 0) {
            outputs.remove(failure.shuffle(), failure.mapPartition(), failure.holder());
        } else if (failure.holder() != null) {
            outputs.removeAll(failure.shuffle(), failure.holder());
        }
        MapStage writer = graph.find(failure.shuffle());
        if (writer == null) {
            dag.jobs()
                    .failAllOf(
                            reader,
                            reader.describe() + " read shuffle " + failure.shuffle()
                                    + ", which is none of its inputs; this is" + " a mistake in the engine: "
                                    + failure.message(),
                            failure);
            return;
        }
        // Who left as it was told to took its outputs along: that says nothing about the stage.
        boolean expected = failure.holder() != null && executors.wasDrained(failure.holder());
        int attempts = expected ? 0 : reader.countFetchFailedAttempt();
        if (attempts >= settings.stageMaxAttempts()) {
            dag.jobs().failAllOf(reader, FailureText.ofFetches(reader, attempts, failure), failure);
        } else {
            reader.demanded().add(writer);
            rollBack(reader, "an input could not be read: " + failure.message());
        }
        lost(writer);
    }

    /**
     * Whether a task looked for a map output where it was before its executor handed it over. It is there, elsewhere, and the
     * task need only ask again.
     */
    boolean isElsewhere(FetchFailed failure) {
        ExecutorId holder = failure.holder();
        MapStage writer = graph.find(failure.shuffle());
        if (holder == null || writer == null || !executors.wasDrained(holder) || !writer.isComplete(outputs)) {
            return false;
        }
        return failure.mapPartition() < 0
                ? !outputs.holdsAny(failure.shuffle(), holder)
                : !outputs.isHolder(failure.shuffle(), failure.mapPartition(), holder);
    }

    /** An executor is gone, with every map output that does not outlive it. */
    public void executorLost(ExecutorId executor) {
        for (ShuffleId shuffle : outputs.executorLost(executor)) {
            MapStage writer = graph.find(shuffle);
            if (writer != null) {
                lost(writer);
            }
        }
    }

    /** Some outputs of this stage are gone. */
    void lost(MapStage writer) {
        if (writer.running() != null && writer.isBarrier()) {
            rollBack(writer, "outputs of it are lost, and its tasks run together");
            return;
        }
        if (writer.running() != null) {
            writer.running().revive(writer.missingTasks(outputs));
            return;
        }
        if (!writer.isNeeded() || writer.isComplete(outputs)) {
            return;
        }
        for (Stage reader : List.copyOf(writer.children())) {
            TaskSet running = reader.running();
            if (running != null && reads(reader, writer)) {
                rollBack(reader, "outputs of " + writer + " are lost");
            } else if (reader.state() instanceof StageState.Waiting waiting
                    && !waiting.parents().contains(writer)
                    && reads(reader, writer)) {
                waiting.parents().add(writer);
                dag.submit(writer);
            }
        }
    }

    private boolean reads(Stage reader, MapStage writer) {
        return dag.needs().inputs(reader).contains(writer);
    }

    /** Takes a running stage back, until the resubmit delay has passed. */
    void rollBack(Stage stage, String why) {
        if (stage.isBarrier() && stage instanceof ResultStage result && result.toldCount() > 0) {
            dag.jobs().failAllOf(stage, FailureText.ofDeliveredBarrier(result, why), null);
            return;
        }
        dag.rollBack(stage, why);
        if (stage.isBarrier() && stage instanceof MapStage map) {
            outputs.removeAll(map.shuffle().id());
        }
        rolledBack.add(stage);
        if (due == null) {
            dueNanos = clock.nanoTime() + settings.resubmitDelay().toNanos();
            due = timer.postAfter(settings.resubmitDelay(), new SchedulerEvent.ResubmitDue());
        }
    }

    /** When stages that were rolled back are submitted again, in nanoseconds of the clock; null when none is. */
    public Long resubmitNanos() {
        return due == null ? null : dueNanos;
    }

    /** The delay has passed. Stages that only rolled-back stages need are pulled in by those. */
    public void resubmit() {
        List<Stage> stages = List.copyOf(rolledBack);
        rolledBack.clear();
        due = null;
        for (Stage stage : stages) {
            if (stage.state() instanceof StageState.RolledBack) {
                stage.become(new StageState.Idle(), "the resubmit delay has passed");
                if (stage instanceof ResultStage || isAwaited(stage)) {
                    dag.submit(stage);
                }
            }
        }
    }

    private static boolean isAwaited(Stage stage) {
        for (Stage child : stage.children()) {
            if (child.state() instanceof StageState.Waiting waiting
                    && waiting.parents().contains(stage)) {
                return true;
            }
        }
        return false;
    }

    /** Takes back the timer when no stage it was set for is left. */
    public void settle() {
        if (due != null) {
            rolledBack.removeIf(stage -> !(stage.state() instanceof StageState.RolledBack));
            if (rolledBack.isEmpty()) {
                due.cancel();
                due = null;
            }
        }
    }
}
