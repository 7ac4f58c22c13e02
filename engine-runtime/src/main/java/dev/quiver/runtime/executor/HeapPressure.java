package dev.quiver.runtime.executor;

import dev.quiver.block.memory.Pressure;
import dev.quiver.config.ConfigKey;

/**
 * How hard the heap of an executor is pressed. What collections leave behind counts, not what is in use: garbage looks full
 * long before anything is wrong. What they left is old news until the next collection, so it counts no longer when less than
 * that is in use. From the limit on no further tasks begin; a third of the way from there to the end tasks are made to
 * spill, and at two thirds they are given nothing more. Belongs to one thread.
 */
final class HeapPressure {
    static final ConfigKey<Double> LIMIT = ConfigKey.decimal("memory.heap.limit", 0.85)
            .check(value -> value > 0 && value <= 1, "lie between 0 and 1")
            .doc("Part of an executor's heap that may be left in use by garbage collections before it begins no further"
                    + " task beside those that run; a third of the rest later tasks spill, and after another third they"
                    + " are refused memory. 1 turns this off.");

    private final double limit;

    HeapPressure(double limit) {
        this.limit = limit;
    }

    /** How hard it is pressed now. */
    Pressure look(HeapGauge heap) {
        double full = Math.min(heap.liveBytes(), heap.usedBytes()) / (double) heap.maxBytes();
        double rest = 1 - limit;
        if (rest == 0 || full < limit) {
            return Pressure.NONE;
        }
        if (full < limit + rest / 3) {
            return Pressure.PAUSE;
        }
        return full < limit + rest * 2 / 3 ? Pressure.SPILL : Pressure.REFUSE;
    }
}
