package dev.quiver.runtime.simulation;

import dev.quiver.id.ExecutorId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Executors are given up for their silence when they were silent for long enough, and soon after. */
final class Liveness {
    private final World world;
    private final long timeoutNanos;
    private final Map<ExecutorId, Long> heard = new LinkedHashMap<>();
    private long lastLookNanos;

    Liveness(World world) {
        this.world = world;
        this.timeoutNanos = world.scenario.knobs.timeout().toNanos();
    }

    /** The driver handles news of an executor that it has not given up. */
    void heard(ExecutorId executor) {
        heard.put(executor, world.agenda.nanoTime());
    }

    /** An executor is given up for its silence. */
    void silent(ExecutorId executor) {
        long silence = world.agenda.nanoTime() - heard.getOrDefault(executor, 0L);
        if (silence <= timeoutNanos) {
            world.violated("executor " + executor + " is given up after " + silence + " ns of silence");
        }
    }

    /** The driver has looked for silent executors. */
    void looked() {
        long now = world.agenda.nanoTime();
        boolean onTime = now - lastLookNanos < timeoutNanos / 2;
        lastLookNanos = now;
        for (ExecutorId executor : world.driver.known.keySet()) {
            if (!onTime) {
                // The driver stood still: silence until now counts for nobody.
                heard.put(executor, now);
            } else if (now - heard.getOrDefault(executor, now) > timeoutNanos) {
                world.violated("executor " + executor + " is silent for too long and not given up");
            }
        }
    }
}
