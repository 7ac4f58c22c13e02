package dev.quiver.exec.kernel.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.value.KryoValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordHashesTest {
    private static final ClassLoader LOADER = RecordHashesTest.class.getClassLoader();

    record Inner(double fraction, char letter) {}

    record Outer(long id, Inner inner, String text, boolean truth, Float small) {}

    record Own(long id) {
        @Override
        public int hashCode() {
            return 7;
        }
    }

    @Test
    void hashesOfRecordsInColumnsAreThoseOfTheObjects() {
        Random random = new Random(11);
        List<Pair<Outer, Long>> rows = new ArrayList<>();
        BatchBuilder builder = new BatchBuilder(Shape.UNKNOWN, new KryoValueSerializer(LOADER), LOADER);
        for (int row = 0; row < 3000; row++) {
            Inner inner = new Inner(
                    List.of(0.0, -0.0, Double.NaN, random.nextDouble()).get(row % 4), (char) row);
            rows.add(Pair.of(
                    new Outer(random.nextLong(), inner, "t" + random.nextInt(99) + "ü", row % 3 == 0, row * 0.5f), 1L));
            builder.append(rows.get(row));
        }
        ColumnBatch batch = builder.seal();
        Shape key = ((Shape.PairOf) batch.shape()).key();
        assertThat(KeyHashes.knows(key, LOADER)).isTrue();
        int[] hashes = new int[rows.size()];
        KeyHashes.of(key, batch.columns(), 0, rows.size(), hashes);
        for (int row = 0; row < hashes.length; row++) {
            assertThat(hashes[row])
                    .as("seed 11, %s", rows.get(row))
                    .isEqualTo(rows.get(row).key().hashCode());
        }
    }

    @Test
    void aRecordWithAHashOfItsOwnIsNotHashedByColumns() {
        Shape shape = new Shape.RecordOf(Own.class.getName(), List.of(new Shape.Component("id", Shape.Scalar.LONG)));
        assertThat(KeyHashes.knows(shape, LOADER)).isFalse();
    }
}
