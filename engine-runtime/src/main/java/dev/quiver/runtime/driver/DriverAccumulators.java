package dev.quiver.runtime.driver;

import dev.quiver.Accumulator;
import dev.quiver.id.AccumulatorId;
import dev.quiver.serializer.ValueSerializer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The accumulators of a session by their numbers, and how they take up what tasks add. Safe for use by many threads. */
final class DriverAccumulators {
    private final ValueSerializer serializer;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Accumulator<?>> known = new ConcurrentHashMap<>();

    DriverAccumulators(ValueSerializer serializer) {
        this.serializer = serializer;
    }

    AccumulatorId newId() {
        return new AccumulatorId(ids.getAndIncrement());
    }

    void register(Accumulator<?> accumulator) {
        known.put(accumulator.id().value(), accumulator);
    }

    /** @param deltas what one task added, serialized, by the number of the accumulator */
    void absorb(Map<Long, byte[]> deltas) {
        deltas.forEach((number, delta) -> absorb(known.get(number), serializer.read(delta)));
    }

    @SuppressWarnings("unchecked")
    private static <T> void absorb(Accumulator<T> accumulator, Object delta) {
        if (accumulator != null) {
            accumulator.absorb((T) delta);
        }
    }
}
