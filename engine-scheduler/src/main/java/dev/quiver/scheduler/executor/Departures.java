package dev.quiver.scheduler.executor;

import dev.quiver.id.ExecutorId;
import dev.quiver.scheduler.port.ExecutorSupply;
import java.util.LinkedHashMap;
import java.util.Map;

/** Executors that are about to leave: each is released once, when it holds no task any more. */
public final class Departures {
    private final Executors executors;
    private final ExecutorSupply supply;
    private final Map<ExecutorId, String> reasons = new LinkedHashMap<>();

    public Departures(Executors executors, ExecutorSupply supply) {
        this.executors = executors;
        this.supply = supply;
    }

    /** An executor is to leave. False when it is leaving already. */
    public boolean begin(Executor executor, String reason) {
        if (!executors.drain(executor)) {
            return false;
        }
        reasons.put(executor.id(), reason);
        return true;
    }

    /** Tasks of an executor may have ended. */
    public void settle(Executor executor) {
        if (executor.isDraining() && executor.held() == 0) {
            String reason = reasons.remove(executor.id());
            if (reason != null) {
                supply.release(executor.id(), reason);
            }
        }
    }

    /** An executor is gone, told to or not. */
    public void lost(ExecutorId executor) {
        reasons.remove(executor);
    }
}
