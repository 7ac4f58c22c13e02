package dev.quiver.exec.kernel.sort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.Text;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.function.RowComparator;
import dev.quiver.lineage.NaturalOrder;
import dev.quiver.lineage.RangePartitioner;
import dev.quiver.shape.Shape;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RangeTargetsTest {
    private static final ClassLoader LOADER = RangeTargetsTest.class.getClassLoader();
    private static final String[] PIECES = {
        "", "a", "\0", "\u00E4", "\uD800\uDC00", "\uE000", "\uFFFF", "a longer piece"
    };

    private static final Map<Shape, Function<Random, Object>> KEYS = Map.of(
            Shape.Scalar.LONG,
            random -> random.nextLong() >> random.nextInt(64),
            Shape.Scalar.INT,
            random -> random.nextInt(40) - 20,
            Shape.Scalar.DOUBLE,
            random -> List.of(0.0, -0.0, Double.NaN, random.nextGaussian()).get(random.nextInt(4)),
            Shape.Scalar.LOCAL_DATE,
            random -> LocalDate.ofEpochDay(random.nextInt(30)),
            Shape.Scalar.LOCAL_TIME,
            random -> LocalTime.ofSecondOfDay(random.nextInt(30)),
            Shape.Scalar.STRING,
            random -> PIECES[random.nextInt(PIECES.length)]
                    + PIECES[random.nextInt(PIECES.length)]
                    + PIECES[random.nextInt(PIECES.length)],
            Shape.Scalar.TEXT,
            random -> Text.of(PIECES[random.nextInt(PIECES.length)] + PIECES[random.nextInt(PIECES.length)]),
            Shape.Scalar.BYTES,
            random -> {
                byte[] bytes = new byte[random.nextInt(12)];
                random.nextBytes(bytes);
                return bytes;
            });

    @Test
    void agreesWithThePartitioner() {
        KEYS.forEach((shape, key) -> {
            for (int seed = 0; seed < 60; seed++) {
                check(shape, key, seed);
            }
        });
    }

    private static void check(Shape shape, Function<Random, Object> key, int seed) {
        Random random = new Random(seed);
        NaturalOrder order = NaturalOrder.values()[seed & 1];
        List<Object> bounds = new ArrayList<>();
        for (int bound = seed % 20; bound > 0; bound--) {
            bounds.add(random.nextInt(20) == 0 ? null : key.apply(random));
        }
        bounds.sort(order);
        RangePartitioner partitioner = new RangePartitioner(bounds.toArray(), order);
        BatchBuilder builder = new BatchBuilder(new Shape.PairOf(shape, Shape.Scalar.INT), serializer(), LOADER);
        List<Object> keys = new ArrayList<>();
        for (int row = 0; row < 300; row++) {
            Object made = seed % 3 == 0 && random.nextInt(9) == 0 ? null : key.apply(random);
            keys.add(!bounds.isEmpty() && random.nextInt(4) == 0 ? bounds.get(random.nextInt(bounds.size())) : made);
            builder.append(Pair.of(keys.get(row), row));
        }
        ColumnBatch batch = builder.seal();
        int[] targets = new int[batch.rows()];
        RangeTargets.of(partitioner, shape).orElseThrow().targets(batch, targets);
        for (int row = 0; row < targets.length; row++) {
            assertThat(targets[row])
                    .as("%s, seed %d, row %d: %s", shape, seed, row, keys.get(row))
                    .isEqualTo(partitioner.partition(keys.get(row)));
        }
    }

    @Test
    void isAbsentWhereItCouldDisagree() {
        RowComparator<Object> users = NaturalOrder.ASCENDING::compare;
        assertThat(RangeTargets.of(new RangePartitioner(new Object[] {1L}, users), Shape.Scalar.LONG))
                .isEmpty();
        assertThat(RangeTargets.of(natural(1), Shape.Scalar.LONG)).isEmpty();
        assertThat(RangeTargets.of(natural("\uD800"), Shape.Scalar.STRING)).isEmpty();
        assertThat(RangeTargets.of(natural((short) 1), Shape.Scalar.SHORT)).isEmpty();
        assertThat(RangeTargets.of(natural(), Shape.UNKNOWN)).isEmpty();
    }

    private static RangePartitioner natural(Object... bounds) {
        return new RangePartitioner(bounds, NaturalOrder.ASCENDING);
    }

    private static KryoValueSerializer serializer() {
        return new KryoValueSerializer(LOADER);
    }
}
