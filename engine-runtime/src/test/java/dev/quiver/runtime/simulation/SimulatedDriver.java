package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.driver.SteppedDriver;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.time.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The process of the driver: its real loop, which is told one thing after the other. While it stands still everything waits,
 * and when it goes on its timers go off first, all that were missed, before it looks at what arrived.
 */
final class SimulatedDriver implements Timer<DriverEvent> {
    final SteppedDriver code;
    final Values values = new Values();

    /** Executors that registered and were not given up. */
    final Map<ExecutorId, SimulatedExecutor> known = new LinkedHashMap<>();

    private final World world;
    private final ArrayDeque<DriverEvent> timersDue = new ArrayDeque<>();
    private final ArrayDeque<DriverEvent> arrived = new ArrayDeque<>();
    private DriverEvent handling;

    /** Since when it stands still, or -1. */
    private long frozenSince = -1;

    private long frozenUntil;
    private long wentOnNanos = -1;

    /** How long it stood still the last time: shorter than it was to, when all was mended meanwhile. */
    private long stoodStillNanos;

    private boolean journalBroken;
    private int pendingTimers;
    private int pendingLooks;

    /** An event of a timer that is to come. */
    private static final class Posting {
        final DriverEvent event;
        boolean over;

        Posting(DriverEvent event) {
            this.event = event;
        }
    }

    SimulatedDriver(World world) {
        this.world = world;
        this.code = new SteppedDriver(
                world.scenario.knobs.config(),
                world.scenario.knobs.scheduler(),
                world.agenda,
                this,
                (task, executor) -> {
                    if (journalBroken) {
                        throw new IOException("no space left on device");
                    }
                    world.commits.journaled(executor, task);
                },
                world.invariants,
                world.cluster,
                this::lost);
        livenessIn(world.scenario.knobs.timeout().toNanos() / 4);
    }

    private void livenessIn(long nanos) {
        world.agenda.after(nanos, () -> {
            due(new DriverEvent.LivenessDue());
            livenessIn(nanos);
        });
    }

    private void lost(ExecutorId executor) {
        world.note("lost", executor);
        boolean forSilence = handling instanceof DriverEvent.LivenessDue;
        if (forSilence && stoodStillNanos > world.scenario.knobs.timeout().toNanos() / 2 && isHeardOf(executor)) {
            world.violated("executor " + executor + " is given up for its silence while its news waits to be read");
        }
        known.remove(executor);
        world.commits.lost(executor);
        world.invariants.lost(executor, forSilence);
    }

    /** Something arrived. */
    void tell(DriverEvent event) {
        if (isFrozen() || !arrived.isEmpty()) {
            arrived.add(event);
        } else {
            handle(event);
        }
    }

    private void due(DriverEvent event) {
        if (isFrozen()) {
            timersDue.add(event);
        } else {
            handle(event);
        }
    }

    private boolean isFrozen() {
        return world.agenda.nanoTime() < frozenUntil;
    }

    void freeze(long nanos) {
        frozenSince = frozenSince < 0 ? world.agenda.nanoTime() : frozenSince;
        frozenUntil = world.agenda.nanoTime() + nanos;
        world.agenda.at(frozenUntil, this::goOn);
    }

    /** It stands still no longer. */
    void thaw() {
        frozenUntil = 0;
        goOn();
    }

    /** Whether it handles the registration of an executor now. */
    boolean isLettingIn() {
        return handling instanceof DriverEvent.ExecutorRegistered;
    }

    /** Whether what it handles now is late. */
    boolean isLate() {
        return world.agenda.nanoTime() == wentOnNanos;
    }

    private void goOn() {
        if (isFrozen()) {
            return;
        }
        if (frozenSince >= 0) {
            stoodStillNanos = world.agenda.nanoTime() - frozenSince;
            frozenSince = -1;
        }
        wentOnNanos = world.agenda.nanoTime();
        while (!isFrozen() && !timersDue.isEmpty()) {
            handle(timersDue.poll());
        }
        while (!isFrozen() && !arrived.isEmpty()) {
            handle(arrived.poll());
        }
    }

    /** Whether something of an executor has arrived that was not looked at. */
    private boolean isHeardOf(ExecutorId executor) {
        return arrived.stream()
                .anyMatch(event -> event instanceof DriverEvent.ExecutorTold told
                        && told.executor().equals(executor));
    }

    private void handle(DriverEvent event) {
        handling = event;
        world.invariants.before(event);
        code.handle(event);
        world.invariants.after(event);
    }

    @Override
    public Scheduled postAfter(Duration delay, DriverEvent event) {
        Posting posting = new Posting(event);
        count(posting, 1);
        world.agenda.after(delay.toNanos(), () -> {
            if (!posting.over) {
                end(posting);
                due(event);
            }
        });
        return () -> end(posting);
    }

    private void end(Posting posting) {
        if (!posting.over) {
            posting.over = true;
            count(posting, -1);
        }
    }

    private void count(Posting posting, int change) {
        if (posting.event instanceof DriverEvent.ForScheduler scheduling) {
            pendingTimers += change;
            pendingLooks += scheduling.event() instanceof SchedulerEvent.SpeculationDue ? change : 0;
        }
    }

    /** Events of the scheduler's timer that are to come. */
    int pendingTimers() {
        return pendingTimers + timersDue.size();
    }

    /** Those of them that may let a task run that waits: looks for slow tasks do not. */
    int pendingChanges() {
        return pendingTimers - pendingLooks + timersDue.size();
    }

    /** The journal cannot be written, or can again. */
    void breakJournal(boolean broken) {
        journalBroken = broken;
    }

    boolean knows(ShuffleId shuffle) {
        try {
            code.tracker().layout(shuffle);
            return true;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
