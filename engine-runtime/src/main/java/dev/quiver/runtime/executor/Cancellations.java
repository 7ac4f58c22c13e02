package dev.quiver.runtime.executor;

import dev.quiver.id.StageAttempt;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stage attempts cancelled lately, for tasks that were between the queue and their slot at that moment. An attempt that
 * was cancelled gets no new tasks, so the last few are enough. Safe for use by many threads.
 */
final class Cancellations {
    private static final int REMEMBERED = 256;

    private final Map<StageAttempt, String> reasons = new LinkedHashMap<>();

    synchronized void add(StageAttempt stage, String reason) {
        reasons.put(stage, reason);
        if (reasons.size() > REMEMBERED) {
            reasons.remove(reasons.keySet().iterator().next());
        }
    }

    /** Why a stage attempt was cancelled, or null when it was not. */
    synchronized String reason(StageAttempt stage) {
        return reasons.get(stage);
    }
}
