package dev.quiver.runtime.simulation;

import dev.quiver.StageWait;
import dev.quiver.id.ExecutorId;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.TaskAttempt;
import dev.quiver.lineage.CallSite;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.runtime.protocol.ToExecutor;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.SchedulerStatus;
import dev.quiver.scheduler.allocate.AllocationSettings;
import dev.quiver.scheduler.port.ContentChange;
import dev.quiver.scheduler.port.SchedulerListener;
import dev.quiver.task.TaskEnd;
import dev.quiver.task.TaskOutcome;
import dev.quiver.task.TaskRange;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold after every event the driver handles, as seen from outside: by what it says and is told. */
final class Invariants implements SchedulerListener {
    /** The driver is asked about waits once in so many events: it costs more than most events do. */
    private static final int WAITS_ASKED = 4;

    private final World world;
    final Ledger ledger;
    private final Fairness fairness;
    private final Exclusions exclusions;
    private final Liveness liveness;
    final MapAccumulators mapAccumulators;
    private final Retries retries;
    final Handovers handovers;
    final Together together;
    final Meetups meetups;
    final Stops stops;
    private final Localities localities;
    final Blame blame;
    final Unreadable unreadable;
    private Cancels cancels;
    private final Set<ExecutorId> draining = new LinkedHashSet<>();
    private final Set<ExecutorId> released = new LinkedHashSet<>();
    private final Map<String, Integer> newest = new LinkedHashMap<>();
    private final Set<String> counted = new LinkedHashSet<>();
    private final Set<ExecutorId> lost = new LinkedHashSet<>();
    private SchedulerStatus before;
    private int launchesBefore;
    private long events;
    private boolean outOfMemory;
    int changes;
    int splits;

    Invariants(World world) {
        this.world = world;
        this.ledger = new Ledger(world);
        this.fairness = new Fairness(world, ledger);
        this.exclusions = new Exclusions(world);
        this.mapAccumulators = new MapAccumulators(world);
        this.liveness = new Liveness(world);
        this.retries = new Retries(world);
        this.handovers = new Handovers(world, ledger);
        this.together = new Together(world, ledger);
        this.meetups = new Meetups(world, ledger, together);
        this.stops = new Stops(world, ledger);
        this.localities = new Localities(world, ledger);
        this.blame = new Blame(world);
        this.unreadable = new Unreadable(world);
    }

    /** Cancellations want to know which stages run. */
    void watch(Cancels cancelling) {
        cancels = cancelling;
    }

    // What is told and sent.

    void before(DriverEvent event) {
        note(event);
        fairness.begin(event);
        handovers.begin();
        together.begin();
        stops.begin(event);
        retries.begin();
        unreadable.begin(event);
        localities.begin(event);
        before = null;
        if (event instanceof DriverEvent.ExecutorRegistered registered) {
            registered(registered.executor(), (Wire) registered.link());
        } else if (event instanceof DriverEvent.ExecutorTold told) {
            if (!world.driver.known.containsKey(told.executor())) {
                before = world.driver.code.scheduler().status();
                launchesBefore = ledger.launches();
                return;
            }
            liveness.heard(told.executor());
            handovers.told(told.executor(), told.message());
            if (told.message() instanceof ToDriver.Report report) {
                mapAccumulators.expect(report);
                for (ToDriver.StageEnds stage : report.ends()) {
                    boolean first = stage == report.ends().get(0);
                    stage.ends().forEach(end -> ended(told.executor(), stage.stage(), end, first));
                }
            }
        } else if (event instanceof DriverEvent.ForScheduler scheduling
                && scheduling.event() instanceof SchedulerEvent.ExecutorDraining leaving
                && world.driver.known.containsKey(leaving.executor())) {
            leaves(leaving.executor());
        } else if (event instanceof DriverEvent.ForScheduler scheduling) {
            note(scheduling.event());
        } else if (event instanceof DriverEvent.ExecutorEnded ended
                && ended.causedByTask()
                && !draining.contains(ended.executor())) {
            blame.ended(ledger.tasks(ended.executor()));
        }
    }

    private void note(SchedulerEvent event) {
        if (event instanceof SchedulerEvent.BarrierReached reached) {
            meetups.asked(reached);
        } else if (event instanceof SchedulerEvent.JobSubmitted submitted) {
            ((SimulatedJob) submitted.listener()).begun = true;
        }
    }

    private void leaves(ExecutorId executor) {
        draining.add(executor);
        handovers.leaves(executor);
        retries.leaves(executor);
    }

    /** An incarnation that is not the newest of its name is not let in. */
    private void registered(ExecutorId id, Wire wire) {
        Integer known = newest.get(id.name());
        if (known == null || known < id.incarnation()) {
            newest.put(id.name(), id.incarnation());
            world.driver.known.put(id, wire.executor());
            liveness.heard(id);
        }
    }

    private void note(DriverEvent event) {
        if (event instanceof DriverEvent.ForScheduler scheduling) {
            world.note("driver: " + scheduling.event().getClass().getSimpleName());
        } else if (event instanceof DriverEvent.ExecutorTold told) {
            world.note("driver: " + told.message().getClass().getSimpleName(), told.executor());
        } else {
            world.note("driver: " + event.getClass().getSimpleName());
        }
    }

    private void ended(ExecutorId executor, StageAttempt stage, TaskEnd end, boolean first) {
        TaskAttempt task = new TaskAttempt(stage, end.partition(), end.attempt());
        if (ledger.ended(executor, task)) {
            boolean success = end.outcome() instanceof TaskOutcome.Success;
            world.commits.ended(executor, task, success);
            exclusions.ended(executor, task, end.outcome());
            retries.ended(task, end.outcome(), first);
            blame.ended(
                    task,
                    end.outcome(),
                    end.outcome() instanceof TaskOutcome.FetchFailed fetch && handovers.wasLeaving(fetch.holder()));
            meetups.ended(task);
            if (success) {
                stops.succeeded(task);
            }
            outOfMemory |= end.outcome() instanceof TaskOutcome.OutOfMemory;
        }
    }

    /** The driver sends tasks. */
    void launched(SimulatedExecutor executor, ToExecutor.LaunchTasks launch) {
        world.note("launch", executor.id, launch.stage(), launch.tasks().toString());
        if (world.driver.known.get(executor.id) != executor) {
            world.violated("tasks of " + launch.stage() + " are launched on " + executor.id + ", which is given up");
        }
        if (draining.contains(executor.id)) {
            world.violated("tasks of " + launch.stage() + " are launched on " + executor.id + ", which is to leave");
        }
        ledger.requireInputs(launch);
        together.launched(launch);
        for (TaskRange range : launch.tasks()) {
            for (int task = range.first(); task < range.end(); task++) {
                TaskAttempt id = new TaskAttempt(launch.stage(), task, range.attempt());
                exclusions.launched(executor, id);
                retries.launched(id);
                ledger.launched(executor, id, launch);
            }
        }
    }

    /** @param forSilence whether it is given up because nothing is heard of it */
    void lost(ExecutorId executor, boolean forSilence) {
        if (forSilence) {
            liveness.silent(executor);
        }
        lost.add(executor);
        ledger.lost(executor);
        meetups.lost(executor);
        handovers.lost(executor);
        draining.remove(executor);
        exclusions.lost(executor);
    }

    void requested(int executors) {
        AllocationSettings allocation = world.scenario.knobs.allocation();
        if (executors < allocation.least() || executors > allocation.most()) {
            world.violated(executors + " executors are asked for");
        }
    }

    void released(ExecutorId executor) {
        if (ledger.held(executor) > 0 || !released.add(executor)) {
            world.violated("executor " + executor + " is released with tasks, or twice");
        }
        leaves(executor);
        handovers.released(executor);
    }

    /** Accumulators of a task were counted. */
    void counted(String task) {
        if (!counted.add(task)) {
            world.violated("what task " + task + " added to accumulators was counted twice");
        }
    }

    boolean isCounted(String task) {
        return counted.contains(task);
    }

    int copies() {
        return ledger.copies();
    }

    int exclusionCount() {
        return exclusions.count();
    }

    int releases() {
        return released.size();
    }

    // After each event.

    void after(DriverEvent event) {
        SchedulerStatus status = world.driver.code.scheduler().status();
        if (before != null && event instanceof DriverEvent.ExecutorTold told) {
            boolean changed = !before.equals(status) || ledger.launches() != launchesBefore;
            if (changed || holds(told.executor())) {
                world.violated("news of " + told.executor() + ", which is given up, changed something");
            }
        }
        if (status.running() != ledger.count()) {
            world.violated("the scheduler counts " + status.running() + " running tasks, of " + ledger.count());
        }
        if (status.executors() != world.driver.known.size() || status.listenerFailures() > 0) {
            world.violated("executors are not counted right, or a listener failed: " + status);
        }
        exclusions.check(status, draining);
        checkLost();
        handovers.after();
        together.after();
        meetups.after();
        stops.after();
        unreadable.after();
        if (event instanceof DriverEvent.LivenessDue) {
            liveness.looked();
        }
        if (++events % WAITS_ASKED == 0 || fairness.isAsked()) {
            List<StageWait> waits = world.driver.code.scheduler().waits();
            checkWaits(status, waits);
            localities.check(waits);
            together.check(waits, status, outOfMemory);
            if (!outOfMemory) {
                fairness.check(waits);
            }
        }
    }

    /** Nothing is expected of executors that are lost. */
    private void checkLost() {
        for (ExecutorId executor : lost) {
            if (holds(executor)) {
                world.violated("executor " + executor + " is lost, and said to hold something");
            }
        }
        lost.clear();
    }

    private boolean holds(ExecutorId executor) {
        return world.driver.code.tracker().holdsAny(executor) || world.driver.code.holdsBlocks(executor);
    }

    /** Whoever waits is told why, and what is said is so. */
    private void checkWaits(SchedulerStatus status, List<StageWait> waits) {
        int waiting = 0;
        for (StageWait wait : waits) {
            StageWait.Reason reason = wait.reason();
            waiting += reason == StageWait.Reason.PUBLISHING ? 0 : wait.tasks();
            boolean forSlots = reason == StageWait.Reason.SLOTS || reason == StageWait.Reason.POOL_SHARE;
            if (forSlots && status.running() < status.slots() && !outOfMemory) {
                world.violated("a slot is free though none is said to be: " + wait + ", " + status);
            }
            if (wait.changesIn().isPresent() && world.driver.pendingTimers() == 0
                    || reason == StageWait.Reason.EXCLUSION
                            && !world.scenario.knobs.exclusion().enabled()
                    || reason == StageWait.Reason.LOCALITY
                            && world.scenario.knobs.scheduler().localityWait().isZero()) {
                world.violated("that is no reason to wait: " + wait);
            }
        }
        if (waiting != status.pending()) {
            world.violated(waiting + " tasks have a reason to wait, and " + status.pending() + " wait: " + waits);
        }
        boolean mayWait = together.gathers(waits, status)
                || world.scenario.knobs.exclusion().enabled()
                || !draining.isEmpty()
                || outOfMemory;
        if (status.pending() > 0
                && status.running() < status.slots()
                && !mayWait
                && world.driver.pendingChanges() == 0) {
            world.violated("a task waits for nothing while a slot idles: " + status);
        }
    }

    // What the scheduler's listener hears.

    @Override
    public void onStageStarted(JobId job, StageAttempt stage, CallSite callSite, int tasks) {
        world.note("stage starts", job, stage, tasks);
        ledger.started(stage);
        retries.started(stage);
        cancels.started(job, stage);
        fairness.started(job, stage);
    }

    @Override
    public void onStageEnded(StageAttempt stage, boolean succeeded, String message) {
        world.note("stage ends", stage, message);
        ledger.ended(stage);
        stops.ended(stage, ledger.holders(stage));
        exclusions.ended(stage, succeeded);
        retries.ended(stage, succeeded);
    }

    @Override
    public void onExecutorDraining(ExecutorId executor, String reason) {
        world.note("drains", executor, reason);
        if (reason.contains("idle") && ledger.held(executor) > 0) {
            world.violated("executor " + executor + " is said to be idle and runs tasks");
        }
        leaves(executor);
    }

    @Override
    public void onExecutorExcluded(ExecutorId executor, String host) {
        world.note("excluded", executor);
        exclusions.excluded();
    }

    @Override
    public void onExecutorCutOff(ExecutorId executor, ExecutorId from) {
        world.note("cut off", executor);
        exclusions.excluded();
        retries.cutOff();
    }

    @Override
    public void onContentChanged(ContentChange change) {
        world.note("changed", change.shuffle(), change.mapPartition());
        retries.changed(change.shuffle());
        changes++;
    }

    @Override
    public void onPartitionsSplit(StageAttempt stage, List<SplitRead> reads) {
        splits++;
    }

    Map<String, Integer> statistics() {
        Map<String, Integer> all = new LinkedHashMap<>();
        all.put("copies", copies());
        all.put("exclusions", exclusionCount());
        all.put("releases", releases());
        all.put("changes", changes);
        all.put("splits", splits);
        all.put("moves", handovers.moved());
        all.put("gatherings", together.attempts());
        all.put("meetings", meetups.count());
        return all;
    }
}
