package dev.quiver.scheduler;

import dev.quiver.StageWait;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.scheduler.allocate.Allocation;
import dev.quiver.scheduler.barrier.Meetings;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.dag.ContentChanges;
import dev.quiver.scheduler.dag.DagScheduler;
import dev.quiver.scheduler.dag.Ports;
import dev.quiver.scheduler.dag.Rollbacks;
import dev.quiver.scheduler.dag.StuckTasks;
import dev.quiver.scheduler.dag.TaskEnds;
import dev.quiver.scheduler.dag.TooFewSlots;
import dev.quiver.scheduler.dag.Watch;
import dev.quiver.scheduler.exclude.ApplicationExclusions;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.handover.Departures;
import dev.quiver.scheduler.handover.Handover;
import dev.quiver.scheduler.place.Launch;
import dev.quiver.scheduler.place.Placement;
import dev.quiver.scheduler.pool.Turns;
import dev.quiver.scheduler.port.CachedPartitions;
import dev.quiver.scheduler.port.CommitJournal;
import dev.quiver.scheduler.port.DataMover;
import dev.quiver.scheduler.port.ExecutorSupply;
import dev.quiver.scheduler.port.MapOutputs;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.scheduler.port.TaskLauncher;
import dev.quiver.scheduler.speculate.Speculation;
import dev.quiver.scheduler.stage.Stage;
import dev.quiver.scheduler.stage.StageGraph;
import dev.quiver.scheduler.task.TaskSet;
import dev.quiver.scheduler.task.TaskSets;
import dev.quiver.scheduler.waiting.SlotWaits;
import dev.quiver.scheduler.waiting.Waits;
import dev.quiver.task.MetricsSum;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
import java.io.IOException;
import java.util.List;

/**
 * The scheduler: a pure state machine. Events go in, calls to its ports come out; it has no thread, no clock and no I/O
 * of its own, so the same events always lead to the same calls. Not safe for use by many threads: one loop owns it.
 *
 * <p>This class only passes each event to those it concerns, in this order: who is alive ({@code executor}), what ended
 * and what it means ({@code dag}), what starts ({@code dag}), who gets it ({@code place}).
 */
public final class Scheduler implements SchedulerEvent.Handler {
    private final Executors executors = new Executors();
    private final Turns turns;
    private final TaskSets taskSets;
    private final ApplicationExclusions exclusions;
    private final Departures departures;
    private final StageGraph graph;
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final TaskEnds taskEnds;
    private final StuckTasks stuck;
    private final TooFewSlots tooFewSlots;
    private final Meetings meetings;
    private final Speculation speculation;
    private final Allocation allocation;
    private final SlotWaits slotWaits;
    private final Waits waits;
    private final Placement placement;
    private final CommitCoordinator commits;
    private final TaskLauncher launcher;
    private final Watch watch;
    private final Contents contents = new Contents();

    /** With executors that come and go by themselves. */
    public Scheduler(
            SchedulerSettings settings,
            Clock clock,
            Timer<SchedulerEvent> timer,
            TaskLauncher launcher,
            MapOutputs mapOutputs,
            CachedPartitions cached,
            CommitJournal journal,
            SchedulerListener listener) {
        this(
                settings,
                clock,
                timer,
                launcher,
                mapOutputs,
                cached,
                journal,
                ExecutorSupply.NONE,
                DataMover.NONE,
                listener);
    }

    /**
     * @param timer      posts to the loop that calls {@link #handle}
     * @param launcher   tells executors what to run
     * @param mapOutputs where map outputs are; written by this scheduler only
     * @param cached     where cached partitions are
     * @param journal    remembers commit grants
     * @param supply     adds and takes executors
     * @param mover      has executors take what others hold before they leave
     * @param listener   watches; what it throws is counted, and changes nothing
     */
    public Scheduler(
            SchedulerSettings settings,
            Clock clock,
            Timer<SchedulerEvent> timer,
            TaskLauncher launcher,
            MapOutputs mapOutputs,
            CachedPartitions cached,
            CommitJournal journal,
            ExecutorSupply supply,
            DataMover mover,
            SchedulerListener listener) {
        SchedulerPolicies policies = settings.policies();
        this.launcher = launcher;
        this.watch = new Watch(listener);
        Ports ports = new Ports(settings, clock, timer, launcher, mapOutputs, cached, watch);
        this.turns = new Turns(policies.pools());
        this.taskSets = new TaskSets(turns);
        this.exclusions = new ApplicationExclusions(policies.exclusion(), executors, clock, timer);
        this.departures = new Departures(
                executors, supply, new Handover(policies.handover(), executors, mapOutputs, mover, timer));
        this.graph = new StageGraph(mapOutputs, contents);
        this.commits = new CommitCoordinator(journal);
        this.dag = new DagScheduler(ports, graph, taskSets, executors, exclusions, commits, contents);
        this.rollbacks = new Rollbacks(dag, graph, executors, ports);
        this.stuck = new StuckTasks(dag, graph, taskSets, executors, ports);
        ContentChanges changes = new ContentChanges(dag, rollbacks, commits, contents, ports);
        this.taskEnds = new TaskEnds(dag, rollbacks, graph, taskSets, commits, contents, changes, stuck, ports);
        this.tooFewSlots = new TooFewSlots(dag, graph, taskSets, executors, ports);
        this.meetings = new Meetings(policies.barrier(), taskSets, executors, timer);
        this.speculation = new Speculation(policies.speculation(), taskSets, executors, commits, clock, timer);
        this.allocation = new Allocation(
                policies.allocation(),
                executors,
                taskSets,
                turns,
                mapOutputs,
                cached,
                supply,
                stuck::any,
                clock,
                timer);
        this.slotWaits = new SlotWaits(executors, taskSets, turns, exclusions, stuck, tooFewSlots, allocation);
        this.waits = new Waits(graph, rollbacks, slotWaits, clock);
        this.placement = new Placement(taskSets, turns, executors, settings.queueDepth());
    }

    /** Handles one event. Never throws for what a job or a port does wrong: the jobs concerned fail. */
    public void handle(SchedulerEvent event) {
        try {
            event.accept(this);
            dag.settle();
        } catch (RuntimeException bug) {
            dag.jobs()
                    .failAll("the scheduler could not handle "
                            + event.getClass().getSimpleName() + "; this is a mistake in the engine: " + bug);
        }
        while (!launchAll(placement.round())) {
            // Slots are free again, and a stage may have waited for the one that failed.
            dag.settle();
        }
        rollbacks.settle();
        stuck.settle();
        tooFewSlots.settle();
        meetings.settle();
        speculation.settle();
        allocation.settle();
    }

    /** False when some could not be launched; their jobs failed. */
    private boolean launchAll(List<Launch> launches) {
        boolean all = true;
        for (Launch launch : launches) {
            TaskSet set = launch.set();
            try {
                if (!set.isRetired()) {
                    launcher.launch(launch.executor().id(), set.attempt(), set.plan(), set.layout(), launch.ranges());
                    continue;
                }
            } catch (RuntimeException failure) {
                failJobsOf(set.attempt(), "could not be launched: " + failure);
            }
            all = false;
            taskEnds.notLaunched(set, launch.executor(), launch.ranges());
            placement.touch(launch.executor());
        }
        return all;
    }

    private void failJobsOf(StageAttempt attempt, String why) {
        Stage stage = graph.find(attempt.stage());
        if (stage != null) {
            dag.jobs().failAllOf(stage, stage.describe() + " " + why, null);
        }
    }

    @Override
    public void onJobSubmitted(SchedulerEvent.JobSubmitted event) {
        dag.submit(event);
    }

    @Override
    public void onJobCancelled(SchedulerEvent.JobCancelled event) {
        dag.jobs().cancel(event.job(), event.reason());
    }

    @Override
    public void onJobsCancelled(SchedulerEvent.JobsCancelled event) {
        event.reply().accept(dag.jobs().cancel(event.jobs(), event.reason(), event.interrupt()));
    }

    @Override
    public void onExecutorAdded(SchedulerEvent.ExecutorAdded event) {
        ExecutorId older = executors.olderThan(event.executor());
        if (older != null) {
            lose(older, "replaced by executor " + event.executor(), false);
        }
        if (executors.add(event.executor(), event.host(), event.slots())) {
            exclusions.added(executors.find(event.executor()));
            stuck.touch();
            dag.jobs().clusterRecovered();
            departures.settleAll();
            placement.touchAll();
        }
    }

    @Override
    public void onExecutorDraining(SchedulerEvent.ExecutorDraining event) {
        Executor executor = executors.find(event.executor());
        if (executor != null) {
            drain(executor, event.reason());
        }
    }

    private void drain(Executor executor, String reason) {
        if (departures.begin(executor, reason)) {
            watch.onExecutorDraining(executor.id(), reason);
            taskSets.preferNoMore(executor.id());
            stuck.touch();
            departures.settle(executor);
        }
    }

    @Override
    public void onExecutorLost(SchedulerEvent.ExecutorLost event) {
        lose(event.executor(), event.reason(), event.causedByTask());
    }

    private void lose(ExecutorId id, String reason, boolean causedByTask) {
        Executor executor = executors.remove(id);
        if (executor != null) {
            watch.onExecutorLost(id, reason);
            departures.lost(id);
            stuck.touch();
            // Its tasks first: what rolls their stage back must not spare the one that is to blame.
            taskEnds.executorLost(executor, reason, causedByTask && !executor.isDraining());
            rollbacks.executorLost(id);
            placement.touchAll();
        }
    }

    @Override
    public void onTasksEnded(SchedulerEvent.TasksEnded event) {
        Executor executor = executors.find(event.executor());
        TaskSet set = taskSets.find(event.stage());
        if (executor == null || set == null) {
            return;
        }
        int succeeded = 0;
        int failed = 0;
        boolean ended = false;
        MetricsSum metrics = new MetricsSum();
        for (TaskEnd end : event.ends()) {
            // Of two tries of a task one is in vain: that is neither a success nor a failure.
            boolean needed = set.needs(end.partition());
            if (taskEnds.ended(set, executor, end)) {
                boolean success = end.outcome() instanceof TaskOutcome.Success;
                succeeded += success && needed ? 1 : 0;
                if (set.isBarrier() && !set.isRetired()) {
                    meetings.taskEnded(set);
                }
                failed += success || !needed ? 0 : 1;
                metrics.add(end.metrics());
                ended = true;
            }
        }
        if (ended) {
            placement.touch(executor);
            departures.settle(executor);
            watch.onTasksEnded(event.stage(), succeeded, failed, set.heldCount(), metrics.total());
        }
    }

    @Override
    public void onCommitRequested(SchedulerEvent.CommitRequested event) {
        boolean granted = mayCommit(event.executor(), event.task());
        try {
            event.reply().accept(granted);
        } catch (RuntimeException failure) {
            failJobsOf(event.task().stage(), "asked for a commit and could not be answered: " + failure);
        }
    }

    private boolean mayCommit(ExecutorId executor, TaskAttempt task) {
        TaskSet set = taskSets.find(task.stage());
        boolean running = executors.isAlive(executor)
                && set != null
                && set.needs(task.partition())
                && set.holds(executor, task.partition(), task.attempt());
        try {
            return running && commits.request(executor, task);
        } catch (IOException | RuntimeException failure) {
            failJobsOf(
                    task.stage(),
                    "asked for a commit that could not be journaled, so task " + task.partition()
                            + " publishes nothing: " + failure + ". Check the disk that holds the journal");
            return false;
        }
    }

    @Override
    public void onBarrierReached(SchedulerEvent.BarrierReached event) {
        meetings.reached(event);
    }

    @Override
    public void onBarrierDue(SchedulerEvent.BarrierDue event) {
        meetings.due(event);
    }

    @Override
    public void onTooFewSlotsDue(SchedulerEvent.TooFewSlotsDue event) {
        tooFewSlots.expire();
    }

    @Override
    public void onOutputsMoved(SchedulerEvent.OutputsMoved event) {
        departures.moved(event);
    }

    @Override
    public void onHandoverProgressed(SchedulerEvent.HandoverProgressed event) {
        departures.progressed(event.executor());
    }

    @Override
    public void onHandoverDue(SchedulerEvent.HandoverDue event) {
        departures.overdue(event.executor());
    }

    @Override
    public void onShuffleForgotten(SchedulerEvent.ShuffleForgotten event) {
        contents.forget(event.shuffle());
        departures.forget(event.shuffle());
        allocation.dataForgotten();
    }

    @Override
    public void onAllocationDue(SchedulerEvent.AllocationDue event) {
        for (Executor spare : allocation.due()) {
            drain(spare, "it was idle for too long");
        }
    }

    @Override
    public void onDatasetForgotten(SchedulerEvent.DatasetForgotten event) {
        dag.forget(event.dataset());
        allocation.dataForgotten();
    }

    @Override
    public void onClusterWaits(SchedulerEvent.ClusterWaits event) {
        slotWaits.clusterSays(event.reason());
    }

    @Override
    public void onClusterFailed(SchedulerEvent.ClusterFailed event) {
        dag.jobs().clusterFailed(event.reason());
    }

    @Override
    public void onResubmitDue(SchedulerEvent.ResubmitDue event) {
        rollbacks.resubmit();
    }

    @Override
    public void onLocalityDue(SchedulerEvent.LocalityDue event) {
        Stage stage = graph.find(event.stage());
        if (stage != null
                && stage.running() != null
                && stage.running().patience().expire()) {
            placement.touchAll();
        }
    }

    @Override
    public void onSpeculationDue(SchedulerEvent.SpeculationDue event) {
        speculation.look();
    }

    @Override
    public void onExclusionDue(SchedulerEvent.ExclusionDue event) {
        exclusions.expire();
        stuck.touch();
        placement.touchAll();
    }

    @Override
    public void onStuckDue(SchedulerEvent.StuckDue event) {
        stuck.expire();
    }

    /** What stages and tasks wait for now. Loop only. */
    public List<StageWait> waits() {
        return waits.now();
    }

    /** A snapshot, for tests and progress displays. Loop only. */
    public SchedulerStatus status() {
        int pending = 0;
        int running = 0;
        for (TaskSet set : taskSets.view()) {
            pending += set.pendingCount() + set.aloneCount();
            running += set.heldCount();
        }
        return new SchedulerStatus(
                dag.jobs().count(),
                graph.size(),
                taskSets.view().size(),
                executors.count(),
                executors.openSlots(),
                pending,
                running,
                commits.count(),
                watch.failures());
    }
}
