package dev.quiver.shuffle.compress;

import dev.quiver.exec.arrow.BodyCodec.Method;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was written with each codec. Safe for many threads. */
public final class CompressionTotals {
    private final Map<Method, Sums> sums = new EnumMap<>(Method.class);

    private static final class Sums {
        private final LongAdder chunks = new LongAdder();
        private final LongAdder plainBytes = new LongAdder();
        private final LongAdder storedBytes = new LongAdder();
    }

    /**
     * Sums over the chunks that were written with one codec.
     *
     * @param chunks      how many
     * @param plainBytes  what they would take without it
     * @param storedBytes what they take
     */
    public record Written(long chunks, long plainBytes, long storedBytes) {}

    CompressionTotals() {
        for (Method method : Method.values()) {
            sums.put(method, new Sums());
        }
    }

    void add(Method method, long plainBytes, long storedBytes) {
        Sums sum = sums.get(method);
        sum.chunks.increment();
        sum.plainBytes.add(plainBytes);
        sum.storedBytes.add(storedBytes);
    }

    /** The sums of a codec so far. */
    public Written of(Method method) {
        Sums sum = sums.get(method);
        return new Written(sum.chunks.sum(), sum.plainBytes.sum(), sum.storedBytes.sum());
    }
}
