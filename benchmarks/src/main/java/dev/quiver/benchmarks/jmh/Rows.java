package dev.quiver.benchmarks.jmh;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.SplittableRandom;

/** Rows of the kinds that the benchmarks take turns with. */
public enum Rows {
    LONGS {
        @Override
        Object row(SplittableRandom random) {
            return random.nextLong();
        }
    },
    STRINGS {
        @Override
        Object row(SplittableRandom random) {
            return "word" + random.nextInt(200_000);
        }
    },
    LINES {
        @Override
        Object row(SplittableRandom random) {
            return "%100d".formatted(random.nextInt(200_000));
        }
    },
    PAIRS {
        @Override
        Object row(SplittableRandom random) {
            return Pair.of(random.nextLong(1_000_000), random.nextLong());
        }
    },
    WORDS {
        @Override
        Object row(SplittableRandom random) {
            return Pair.of("word" + random.nextInt(200_000), 1L);
        }
    },
    TRADES {
        @Override
        Object row(SplittableRandom random) {
            return new Trade(random.nextLong(), random.nextInt(1_000), random.nextDouble(), random.nextInt());
        }
    },
    OPAQUE {
        @Override
        Object row(SplittableRandom random) {
            return new StringBuilder("a value of no shape ").append(random.nextInt());
        }
    };

    /** A record of four primitives. */
    record Trade(long id, int symbol, double price, int quantity) {}

    abstract Object row(SplittableRandom random);

    Object[] rows(int count) {
        SplittableRandom random = new SplittableRandom(42);
        Object[] rows = new Object[count];
        for (int index = 0; index < count; index++) {
            rows[index] = row(random);
        }
        return rows;
    }

    static ColumnBatch batch(Object[] rows, ValueSerializer serializer) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, Rows.class.getClassLoader());
        for (Object row : rows) {
            builder.append(row);
        }
        return builder.seal();
    }
}
