package dev.quiver.scheduler.handover;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;
import dev.quiver.scheduler.SchedulerEvent;
import dev.quiver.scheduler.executor.Executor;
import dev.quiver.scheduler.executor.Executors;
import dev.quiver.scheduler.port.ExecutorSupply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Executors that are about to leave: each is released once, when it runs no task any more and others hold what it held, or
 * when that takes too long.
 */
public final class Departures {
    private final Executors executors;
    private final ExecutorSupply supply;
    private final Handover handover;
    private final Map<ExecutorId, String> reasons = new LinkedHashMap<>();

    public Departures(Executors executors, ExecutorSupply supply, Handover handover) {
        this.executors = executors;
        this.supply = supply;
        this.handover = handover;
    }

    /** An executor is to leave. False when it is leaving already. */
    public boolean begin(Executor executor, String reason) {
        if (!executors.drain(executor)) {
            return false;
        }
        reasons.put(executor.id(), reason);
        handover.begin(executor.id());
        return true;
    }

    /** Tasks of an executor may have ended. */
    public void settle(Executor executor) {
        if (executor.isDraining()
                && reasons.containsKey(executor.id())
                && handover.advance(executor)
                && executor.held() == 0) {
            handover.end(executor.id());
            supply.release(executor.id(), reasons.remove(executor.id()));
        }
    }

    private void settle(ExecutorId id) {
        Executor executor = id == null ? null : executors.find(id);
        if (executor != null) {
            settle(executor);
        }
    }

    /** Somebody came who may take what others hold, or went who was to take it. */
    public void settleAll() {
        for (ExecutorId leaving : List.copyOf(reasons.keySet())) {
            settle(leaving);
        }
    }

    /** Map outputs were taken over, or were not. */
    public void moved(SchedulerEvent.OutputsMoved event) {
        settle(handover.moved(event));
    }

    /** Nobody reads a shuffle any more. */
    public void forget(ShuffleId shuffle) {
        handover.forget(shuffle);
    }

    /** Cached partitions of an executor have been copied. */
    public void progressed(ExecutorId executor) {
        settle(executor);
    }

    /** An executor has handed over for as long as it may. */
    public void overdue(ExecutorId executor) {
        handover.overdue(executor);
        settle(executor);
    }

    /** An executor is gone, told to or not. */
    public void lost(ExecutorId executor) {
        reasons.remove(executor);
        handover.lost(executor);
        settleAll();
    }
}
