package dev.quiver.runtime.simulation;

import dev.quiver.StageWait;
import dev.quiver.id.StageAttempt;
import dev.quiver.id.StageId;
import dev.quiver.runtime.driver.DriverEvent;
import dev.quiver.scheduler.SchedulerEvent;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tasks of a stage attempt hold out for their data once: when that wait has passed, any slot will do. */
final class Localities {
    private final World world;
    private final Ledger ledger;

    /** Attempts that have waited for as long as they may. */
    private final Set<StageAttempt> exhausted = new LinkedHashSet<>();

    Localities(World world, Ledger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    /** An event is about to be handled. */
    void begin(DriverEvent event) {
        if (event instanceof DriverEvent.ForScheduler scheduling
                && scheduling.event() instanceof SchedulerEvent.LocalityDue due) {
            for (StageWait wait : world.driver.code.scheduler().waits()) {
                boolean over = wait.changesIn().filter(Duration::isZero).isPresent();
                if (wait.stage() == due.stage().value() && wait.reason() == StageWait.Reason.LOCALITY && over) {
                    exhausted.add(ledger.latest(due.stage()));
                }
            }
        }
    }

    void check(List<StageWait> waits) {
        for (StageWait wait : waits) {
            StageAttempt attempt = ledger.latest(new StageId(wait.stage()));
            if (wait.reason() == StageWait.Reason.LOCALITY && exhausted.contains(attempt)) {
                world.violated("tasks of " + attempt + " wait for their data once more: " + wait);
            }
        }
    }
}
