package dev.quiver.exec.kernel.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RowGatherTest {
    private static final int SEEDS = 60;

    private record Point(int x, float y, String name) {}

    private final ClassLoader loader = RowGatherTest.class.getClassLoader();
    private final KryoValueSerializer serializer = new KryoValueSerializer(loader);

    /** Values by the shape of their column. */
    private static final List<Function<Random, Object>> KINDS = List.of(
            random -> random.nextLong(),
            random -> random.nextInt(),
            random -> random.nextDouble(),
            random -> (short) random.nextInt(),
            random -> random.nextBoolean(),
            random -> "text".substring(random.nextInt(5)),
            random -> "even",
            random -> new Point(random.nextInt(), random.nextFloat(), "p" + random.nextInt(50)),
            random -> random.longs(random.nextInt(4)).toArray(),
            random -> new ArrayList<>(List.of(1L + random.nextInt(9), 2L)),
            random -> new ArrayList<>(Arrays.asList(3L, random.nextBoolean() ? null : 4L)),
            random -> Optional.of("o" + random.nextInt(9)));

    @Test
    void rowsOfABatchThatTookThePlaceOfAnotherAreTheNewOnes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Function<Random, Object> kind = KINDS.get(seed % KINDS.size());
            List<ColumnBatch> batches = new ArrayList<>();
            for (int batch = 0; batch < 1 + random.nextInt(4); batch++) {
                batches.add(batch(random, kind));
            }
            int columns = batches.get(0).columns().size();
            RowGather gather = RowGather.of(batches, 0, columns);
            for (int round = 0; round < 8; round++) {
                assertThat(taken(gather, batches, new Random(round)))
                        .as("seed " + seed + ", round " + round)
                        .isEqualTo(expected(batches, new Random(round)));
                int replaced = random.nextInt(batches.size());
                batches.set(replaced, batch(random, kind));
                gather.replace(replaced, batches.get(replaced));
            }
        }
    }

    private ColumnBatch batch(Random random, Function<Random, Object> kind) {
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, serializer, loader);
        boolean nulls = random.nextInt(3) == 0 && !(kind.apply(random) instanceof Point);
        builder.append(kind.apply(random));
        for (int row = random.nextInt(200); row > 0; row--) {
            builder.append(nulls && random.nextInt(4) == 0 ? null : kind.apply(random));
        }
        return builder.seal();
    }

    private static long[] ids(List<ColumnBatch> batches, Random random) {
        return random.ints(100, 0, batches.size())
                .mapToLong(batch ->
                        RowGather.id(batch, random.nextInt(batches.get(batch).rows())))
                .toArray();
    }

    private List<String> taken(RowGather gather, List<ColumnBatch> batches, Random random) {
        long[] ids = ids(batches, random);
        ColumnBatch batch = new ColumnBatch(batches.get(0).shape(), ids.length, gather.take(ids, 0, ids.length));
        RowReader rows = new RowReader(batch, serializer, loader);
        List<String> texts = new ArrayList<>();
        for (int row = 0; row < ids.length; row++) {
            texts.add(Arrays.deepToString(new Object[] {rows.row(row)}));
        }
        return texts;
    }

    private List<String> expected(List<ColumnBatch> batches, Random random) {
        List<RowReader> readers = batches.stream()
                .map(batch -> new RowReader(batch, serializer, loader))
                .toList();
        List<String> texts = new ArrayList<>();
        for (long id : ids(batches, random)) {
            texts.add(Arrays.deepToString(
                    new Object[] {readers.get((int) (id >>> 32)).row((int) id)}));
        }
        return texts;
    }
}
