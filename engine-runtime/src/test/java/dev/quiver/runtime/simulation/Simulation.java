package dev.quiver.runtime.simulation;

import dev.quiver.id.JobId;
import dev.quiver.id.ShuffleId;
import dev.quiver.lineage.Lineage;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.shuffle.tracker.ShuffleLocations;
import dev.quiver.stage.Action;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run from begin to end: chaos for some time, then everything is mended, every job must end, and nothing may be left of
 * any. The same seed and faults always do the same.
 */
final class Simulation {
    private static final long SECOND = 1_000_000_000L;

    /** Until all jobs have ended once everything is mended. */
    private static final long MOST_NANOS = 600 * SECOND;

    /** More than ever happens at one moment, unless something happens for ever. */
    private static final int MOST_AT_ONCE = 100_000;

    private final Scenario scenario;
    private final List<Fault> faults;
    private final Trace trace;
    private final World world;
    private final List<SimulatedJob> jobs = new ArrayList<>();
    private final Cancels cancels;
    private int atOnce;

    Simulation(long seed) {
        this(new Scenario(seed), null, false);
    }

    /**
     * @param faults  what goes wrong; null for what the scenario says
     * @param keeping whether the words of the trace are kept
     */
    Simulation(Scenario scenario, List<Fault> faults, boolean keeping) {
        this.scenario = scenario;
        this.faults = faults == null ? scenario.faults : faults;
        this.trace = new Trace(keeping);
        this.world = new World(scenario, trace);
        this.cancels = new Cancels(world, jobs);
        world.invariants.watch(cancels);
    }

    Trace trace() {
        return trace;
    }

    /** How often things happened that must happen for a run to prove something. */
    Map<String, Integer> statistics() {
        Map<String, Integer> all = world.invariants.statistics();
        all.put("failed", (int) jobs.stream().filter(job -> job.failure != null).count());
        return all;
    }

    /** Runs to the end. @throws AssertionError when something does not hold */
    void run() {
        Oracle oracle = new Oracle(scenario.workload);
        world.cluster.begin();
        for (int id = 0; id < scenario.workload.jobs.size(); id++) {
            plan(new SimulatedJob(world, oracle, id, scenario.workload.jobs.get(id)));
        }
        scenario.workload.cancelled.forEach(end -> world.agenda.at(end.atNanos(), () -> cancels.strike(end)));
        scenario.workload.unpersisted.forEach(end -> world.agenda.at(end.atNanos(), () -> unpersist(end.lineage())));
        faults.forEach(fault -> world.agenda.at(fault.atNanos(), () -> fault.strike(world)));
        world.agenda.at(scenario.healNanos, this::heal);
        while (!world.healed || jobs.stream().anyMatch(job -> !job.isOver())) {
            step(scenario.healNanos + MOST_NANOS, "jobs have not ended");
        }
        jobs.forEach(this::checkFailure);
        finish();
    }

    private void plan(SimulatedJob job) {
        jobs.add(job);
        Lineage lineage = job.planned.lineage();
        world.agenda.at(
                job.planned.atNanos(),
                () -> world.driver.tell(new DriverEvent.ForScheduler(new SchedulerEvent.JobSubmitted(
                        new JobId(job.id),
                        lineage,
                        job.planned.partitions(),
                        job.planned.saves() ? new Action.SaveText("/out", "/tmp") : new Action.Count(),
                        lineage.callSite(),
                        job.planned.pool(),
                        job.planned.labels(),
                        job))));
        if (job.planned.cancelNanos() != Long.MAX_VALUE) {
            world.agenda.at(job.planned.cancelNanos(), () -> {
                job.cancelled = true;
                world.driver.tell(new DriverEvent.ForScheduler(
                        new SchedulerEvent.JobCancelled(new JobId(job.id), "the user said so")));
            });
        }
    }

    private void unpersist(Lineage lineage) {
        lineage.persist(dev.quiver.StorageLevel.NONE);
        world.driver.tell(new DriverEvent.DatasetUnpersisted(lineage.id()));
    }

    private void heal() {
        world.note("all is mended");
        world.healed = true;
        world.driver.breakJournal(false);
        world.driver.thaw();
        world.cluster.heal();
    }

    private void step(long untilNanos, String what) {
        long before = world.agenda.nanoTime();
        if (!world.agenda.step(untilNanos)) {
            throw new AssertionError(what + ": " + world.driver.code.scheduler().status() + ", "
                    + world.driver.code.scheduler().waits());
        }
        atOnce = world.agenda.nanoTime() == before ? atOnce + 1 : 0;
        if (atOnce > MOST_AT_ONCE) {
            throw new AssertionError("time stands still, and something happens for ever");
        }
        if (world.violation() != null) {
            throw new AssertionError(world.violation());
        }
    }

    /** A job fails only when something has happened that may fail it. */
    private void checkFailure(SimulatedJob job) {
        boolean changed =
                scenario.workload.anyChanges() && job.failure != null && job.failure.contains("with other rows");
        if (job.succeeded || job.cancelled || changed) {
            return;
        }
        Set<FaultKind> struck = EnumSet.noneOf(FaultKind.class);
        faults.forEach(fault -> struck.add(fault.kind()));
        boolean unread = job.failure.contains("could not read its input");
        boolean limited = job.failure.contains("driver.maxResultSize");
        boolean expected = struck.stream()
                .anyMatch(kind -> unread ? kind.mayLoseOutputs() || kind.mayFailJobs() : kind.mayFailJobs());
        if (!expected && !limited && !mayFailTogether(job)) {
            throw new AssertionError("nothing has happened that may fail a job: " + job.failure);
        }
    }

    /** Tasks that run together fail together, wherever one of them is lost, comes late or leaves out a call. */
    private boolean mayFailTogether(SimulatedJob job) {
        boolean lost = !faults.isEmpty() || scenario.knobs.allocation().enabled();
        boolean refused = job.failure.contains("run together") || job.failure.contains("slots at once");
        return Workload.isTogether(job.planned.lineage())
                && (lost || refused || job.failure.contains("BarrierException"));
    }

    /** Everything that jobs left is forgotten. */
    private void finish() {
        long until = world.agenda.nanoTime() + MOST_NANOS;
        while (!world.driver.code.scheduler().status().isIdle()) {
            step(until, "something is left of the jobs");
        }
        checkCounted();
        scenario.workload.datasets.forEach(dataset -> {
            dataset.persist(dev.quiver.StorageLevel.NONE);
            world.driver.tell(new DriverEvent.DatasetUnpersisted(dataset.id()));
        });
        scenario.workload.shuffles().forEach(shuffle -> {
            world.driver.tell(new DriverEvent.ShuffleUnreachable(shuffle));
            if (world.driver.knows(shuffle)) {
                throw new AssertionError("shuffle " + shuffle + " is not forgotten");
            }
        });
        while (world.driver.pendingTimers() > 0) {
            step(until, "timers are left");
        }
        world.driver.known.keySet().forEach(executor -> {
            if (world.driver.code.tracker().holdsAny(executor)) {
                throw new AssertionError("map outputs of " + executor + " are not forgotten");
            }
        });
    }

    /** What the tasks of map outputs that are there added to accumulators was told. */
    private void checkCounted() {
        for (ShuffleId shuffle : scenario.workload.shuffles()) {
            if (!world.driver.knows(shuffle)) {
                continue;
            }
            ShuffleLocations locations = world.driver.code.tracker().snapshot(shuffle);
            for (int map = 0; map < locations.mapCount(); map++) {
                String writer =
                        locations.holder(map) == null ? null : world.written.writer(shuffle, locations.version(map));
                if (writer != null && !world.invariants.isCounted(writer)) {
                    throw new AssertionError("what task " + writer + " added to accumulators was never told");
                }
            }
        }
    }
}
