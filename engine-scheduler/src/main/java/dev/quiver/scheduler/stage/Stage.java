package dev.quiver.scheduler.stage;

import dev.quiver.StorageLevel;
import dev.quiver.id.DatasetId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.lineage.Lineage;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.stage.StageNode;
import dev.quiver.stage.StagePlan;
import dev.quiver.stage.StageSink;
import dev.quiver.stage.TaskLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tasks that run without a shuffle between them. A map stage feeds a shuffle, a result stage an action. */
public abstract sealed class Stage permits MapStage, ResultStage {
    private final StageId id;
    private final Lineage root;
    private final List<MapStage> parents;
    private final Set<Stage> children = new LinkedHashSet<>();
    private final Set<MapStage> demanded = new LinkedHashSet<>();
    private final Map<Integer, JobId> jobs = new TreeMap<>();
    private final Map<Integer, Integer> failures = new TreeMap<>();
    private final boolean barrier;
    private StageState state = new StageState.Idle();
    private StagePlan plan;
    private TaskLayout layout;
    private int nextEpoch;
    private int fetchFailedAttempts;

    Stage(StageId id, Lineage root, List<MapStage> parents, int firstEpoch) {
        this.id = id;
        this.root = root;
        this.parents = List.copyOf(parents);
        this.nextEpoch = firstEpoch;
        this.barrier = BarrierChain.isIn(root);
        for (MapStage parent : parents) {
            parent.children().add(this);
        }
    }

    public StageId id() {
        return id;
    }

    /** The dataset whose partitions its tasks compute. */
    public Lineage root() {
        return root;
    }

    /** The stages of all shuffles it may read, also of those that cached partitions spare it. */
    public List<MapStage> parents() {
        return parents;
    }

    /** Whether something it may read got other rows after a moment. */
    public boolean readsChangedSince(long moment, Contents contents) {
        for (MapStage parent : parents) {
            if (contents.changedSince(parent.shuffle().id(), moment)) {
                return true;
            }
        }
        return false;
    }

    /** Stages that may read its output. */
    public Set<Stage> children() {
        return children;
    }

    /** Parents that must be complete although cached partitions seemed to spare them: a task has missed them. */
    public Set<MapStage> demanded() {
        return demanded;
    }

    // The jobs that need it.

    public void neededBy(JobId job) {
        jobs.put(job.value(), job);
    }

    public void notNeededBy(JobId job) {
        jobs.remove(job.value());
    }

    public boolean isNeeded() {
        return !jobs.isEmpty();
    }

    /** A copy, lowest first. */
    public List<JobId> jobs() {
        return new ArrayList<>(jobs.values());
    }

    // Its state.

    public StageState state() {
        return state;
    }

    /** @throws IllegalStateException if the state does not lead to that one */
    public void become(StageState next, String event) {
        if (!state.allows(next)) {
            throw new IllegalStateException(
                    "stage " + id + " cannot go from " + state + " to " + next + " when " + event);
        }
        state = next;
    }

    /** The tasks of its running attempt, or null. */
    public TaskSet running() {
        return state instanceof StageState.Running running ? running.tasks() : null;
    }

    // Its attempts.

    /** The next attempt; every one has an epoch of its own. */
    public StageAttempt newAttempt() {
        return new StageAttempt(id, nextEpoch++);
    }

    /** One more than the epoch of the latest attempt. */
    public int nextEpoch() {
        return nextEpoch;
    }

    /** Counts an attempt ended by a fetch failure; returns how many there were one after the other. */
    public int countFetchFailedAttempt() {
        return ++fetchFailedAttempts;
    }

    /**
     * Counts a failure that is charged to a task, in whatever attempt of the stage: one that takes its executor along also
     * ends the attempt, and would go on for ever otherwise.
     *
     * @return how many the task has had since it last succeeded
     */
    public int countFailure(int partition) {
        return failures.merge(partition, 1, Integer::sum);
    }

    /** A task succeeded. */
    public void forgetFailures(int partition) {
        if (!failures.isEmpty()) {
            failures.remove(partition);
        }
    }

    /** An attempt succeeded. */
    public void resetFetchFailedAttempts() {
        fetchFailedAttempts = 0;
    }

    /** The program of its tasks; the same object for all attempts. */
    public StagePlan plan() {
        if (plan == null) {
            plan = StagePlan.of(root, sink());
        }
        return plan;
    }

    abstract StageSink sink();

    /**
     * The datasets up to the nearest shuffles that are kept, or were when its program was made: that is what its tasks go by,
     * so they store and read partitions of a dataset that has been unpersisted since.
     */
    public List<Lineage> kept() {
        Set<DatasetId> stored = new LinkedHashSet<>();
        if (plan != null) {
            for (StageNode node : plan.nodes()) {
                if (node.storageLevel() != StorageLevel.NONE) {
                    stored.add(node.dataset());
                }
            }
        }
        return StageInputs.kept(
                root, lineage -> lineage.storageLevel() != StorageLevel.NONE || stored.contains(lineage.id()));
    }

    // Its tasks.

    /** What each of its tasks computes; the same for all attempts. Null until it is started for the first time. */
    public TaskLayout layout() {
        return layout;
    }

    /** Fixes what its tasks are, before the first attempt. */
    public void layOut(TaskLayout chosen) {
        if (layout != null) {
            throw new IllegalStateException("the tasks of stage " + id + " are laid out already");
        }
        layout = chosen;
    }

    /** Whether its tasks run at the same time, all or none. */
    public boolean isBarrier() {
        return barrier;
    }

    /** Why it can never run; null when it can. */
    public String refusal() {
        return BarrierChain.problem(this);
    }

    /** Tasks that are not done, a fresh set. */
    public abstract BitSet missingTasks(MapOutputs outputs);

    /** For messages: {@code stage 5 (reduceByKey at WordCount.main(WordCount.java:21))}. */
    public String describe() {
        return "stage " + id + " (" + root.callSite() + ")";
    }

    @Override
    public String toString() {
        return "stage " + id;
    }
}
