package dev.quiver.runtime.simulation;

import dev.quiver.StageWait;
import dev.quiver.id.JobId;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.runtime.protocol.ToDriver;
import dev.quiver.scheduler.SchedulerSettings;
import dev.quiver.scheduler.pool.PoolSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose turn it was, worked out anew: nobody got the last slot while another set that wants it was further below its share.
 * Looked at where nothing but shares decides: no queues, no preferences, no exclusions.
 */
final class Fairness {
    private static final PoolSettings.Definition USUAL = new PoolSettings.Definition(1, 0, false);

    private final World world;
    private final Ledger ledger;
    private final PoolSettings pools;
    private final boolean decides;
    private final Map<StageAttempt, JobId> jobs = new LinkedHashMap<>();

    /** Tries launched before the event. */
    private int launchesBefore;

    /** Whether the event makes the scheduler place tasks once, and no more. */
    private boolean once;

    Fairness(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
        SchedulerSettings settings = world.scenario.knobs.scheduler();
        this.pools = settings.policies().pools();
        this.decides = settings.queueDepth() == 0
                && settings.localityWait().isZero()
                && !settings.policies().exclusion().enabled();
    }

    void started(JobId job, StageAttempt stage) {
        jobs.put(stage, job);
    }

    /** An event is about to be handled. */
    void begin(DriverEvent event) {
        once = event instanceof DriverEvent.ExecutorTold told
                && told.message() instanceof ToDriver.Report report
                && report.ends().size() == 1;
        launchesBefore = ledger.launches();
    }

    /** Whether there is something to look at. */
    boolean isAsked() {
        return decides && once && ledger.launches() > launchesBefore;
    }

    void check(List<StageWait> waits) {
        if (!isAsked()) {
            return;
        }
        for (StageAttempt launched : ledger.launchedSince(launchesBefore)) {
            // Tasks that begin together do so ahead of their turn.
            for (StageWait wait : world.invariants.together.isTogether(launched) ? List.<StageWait>of() : waits) {
                StageAttempt waiting = ledger.latest(new StageId(wait.stage()));
                boolean wants = wait.reason() == StageWait.Reason.SLOTS || wait.reason() == StageWait.Reason.POOL_SHARE;
                if (wants && !waiting.equals(launched) && isBefore(waiting, launched)) {
                    world.violated(
                            "a task of " + launched + " got a slot that was due to " + waiting + ", which waits");
                }
            }
        }
    }

    /** Whether the one was further below its share than the other was before it got its last slot. */
    private boolean isBefore(StageAttempt waiting, StageAttempt launched) {
        if (!pools.fair()) {
            return isOlder(waiting, launched);
        }
        String pool = pool(waiting);
        String other = pool(launched);
        if (pool.equals(other)) {
            return of(pool).fair() ? ledger.held(waiting) < ledger.held(launched) - 1 : isOlder(waiting, launched);
        }
        return isFurtherBelow(running(pool), of(pool), running(other) - 1, of(other));
    }

    private boolean isOlder(StageAttempt waiting, StageAttempt launched) {
        int order =
                Integer.compare(jobs.get(waiting).value(), jobs.get(launched).value());
        return order != 0
                ? order < 0
                : waiting.stage().value() < launched.stage().value();
    }

    private static boolean isFurtherBelow(
            int running, PoolSettings.Definition pool, int otherRunning, PoolSettings.Definition other) {
        boolean needy = running < pool.minShare();
        if (needy != otherRunning < other.minShare()) {
            return needy;
        }
        return needy
                ? running * other.minShare() < otherRunning * pool.minShare()
                : running * other.weight() < otherRunning * pool.weight();
    }

    private PoolSettings.Definition of(String pool) {
        return pools.pools().getOrDefault(pool, USUAL);
    }

    private String pool(StageAttempt stage) {
        return world.scenario.workload.jobs.get(jobs.get(stage).value()).pool();
    }

    private int running(String pool) {
        int running = 0;
        for (Map.Entry<StageAttempt, Integer> held : ledger.byStage().entrySet()) {
            running += pool(held.getKey()).equals(pool) ? held.getValue() : 0;
        }
        return running;
    }
}
