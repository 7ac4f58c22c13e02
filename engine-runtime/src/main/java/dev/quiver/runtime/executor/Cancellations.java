package dev.quiver.runtime.executor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stage attempts, or tasks, cancelled lately, for tasks that were between the queue and their slot at that moment. Nothing
 * is launched again under a name that was cancelled, so the last few are enough. Safe for use by many threads.
 *
 * @param <N> what is cancelled, by its name
 */
final class Cancellations<N> {
    private static final int REMEMBERED = 256;

    private final Map<N, String> reasons = new LinkedHashMap<>();

    synchronized void add(N name, String reason) {
        reasons.put(name, reason);
        if (reasons.size() > REMEMBERED) {
            reasons.remove(reasons.keySet().iterator().next());
        }
    }

    /** Why it was cancelled, or null when it was not. */
    synchronized String reason(N name) {
        return reasons.get(name);
    }
}
