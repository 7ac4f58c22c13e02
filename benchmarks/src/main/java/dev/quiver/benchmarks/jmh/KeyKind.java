package dev.quiver.benchmarks.jmh;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** Pairs of a key of some kind and a long, in columns. */
public enum KeyKind {
    LONG(number -> number),
    DOUBLE(number -> number * 0.5),
    TEXT(number -> "key-" + number),
    PAIR(number -> Pair.of(number, (int) number & 7)),
    RECORD(number -> new Name("n" + (number & 15), number));

    private static final int BATCH_ROWS = 8192;
    private static final long SEED = 42;

    private final transient LongFunction<Object> key;

    /** A key of two components. */
    public record Name(String family, long number) {}

    KeyKind(LongFunction<Object> key) {
        this.key = key;
    }

    /** So many rows with keys drawn from the first {@code keys}. */
    List<ColumnBatch> pairs(int rows, int keys) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ColumnBatch> batches = new ArrayList<>();
        BatchBuilder builder = builder();
        for (int row = 0; row < rows; row++) {
            builder.append(Pair.of(key.apply(random.nextInt(keys)), (long) row));
            if (builder.rows() == BATCH_ROWS) {
                batches.add(builder.seal());
            }
        }
        if (builder.rows() > 0) {
            batches.add(builder.seal());
        }
        return batches;
    }

    /** The first keys, each once. */
    ColumnBatch distinct(int keys) {
        BatchBuilder builder = builder();
        for (long number = 0; number < keys; number++) {
            builder.append(Pair.of(key.apply(number), number));
        }
        return builder.seal();
    }

    private static BatchBuilder builder() {
        ClassLoader loader = KeyKind.class.getClassLoader();
        return new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(loader), loader);
    }
}
