package dev.quiver.scheduler;

import dev.quiver.StageWait;
import dev.quiver.scheduler.allocate.Allocation;
import dev.quiver.scheduler.barrier.Meetings;
import dev.quiver.scheduler.commit.CommitCoordinator;
import dev.quiver.scheduler.content.Contents;
import dev.quiver.scheduler.dag.CommitRequests;
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
import dev.quiver.time.Clock;
import dev.quiver.time.Timer;
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
    private final Membership membership;
    private final Reports reports;
    private final StageGraph graph;
    private final DagScheduler dag;
    private final Rollbacks rollbacks;
    private final StuckTasks stuck;
    private final TooFewSlots tooFewSlots;
    private final Meetings meetings;
    private final Speculation speculation;
    private final Allocation allocation;
    private final SlotWaits slotWaits;
    private final Waits waits;
    private final Placement placement;
    private final CommitCoordinator commits;
    private final CommitRequests commitRequests;
    private final Launching launching;
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
        TaskEnds taskEnds =
                new TaskEnds(dag, rollbacks, graph, taskSets, commits, contents, changes, stuck, exclusions, ports);
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
        this.membership = new Membership(
                executors, taskSets, exclusions, departures, dag, rollbacks, taskEnds, stuck, placement, watch);
        this.reports = new Reports(executors, taskSets, taskEnds, exclusions, meetings, placement, departures, watch);
        this.commitRequests = new CommitRequests(dag, taskSets, executors, commits);
        this.launching = new Launching(placement, launcher, taskEnds, dag);
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
        while (!launching.round()) {
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
        membership.add(event.executor(), event.host(), event.slots());
    }

    @Override
    public void onExecutorDraining(SchedulerEvent.ExecutorDraining event) {
        membership.drain(event.executor(), event.reason());
    }

    @Override
    public void onExecutorLost(SchedulerEvent.ExecutorLost event) {
        membership.lose(event.executor(), event.reason(), event.causedByTask());
    }

    @Override
    public void onTasksEnded(SchedulerEvent.TasksEnded event) {
        reports.tasksEnded(event);
    }

    @Override
    public void onCommitRequested(SchedulerEvent.CommitRequested event) {
        commitRequests.answer(event);
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
            membership.drain(spare.id(), "it was idle for too long");
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
            pending += set.queue().count() + set.queue().aloneCount();
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
