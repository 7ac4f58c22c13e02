package dev.quiver.exec.kernel.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quiver.exec.arrow.RandomBatches;
import dev.quiver.exec.arrow.SameRows;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConcatenationTest {
    @Test
    void rowsOfAllBatchesStandOneBehindAnother() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            RandomBatches of = new RandomBatches(random);
            Shape shape = of.shape(0);
            List<ColumnBatch> batches = new ArrayList<>();
            for (int batch = random.nextInt(6); batch >= 0; batch--) {
                batches.add(of.batch(shape, random.nextInt(60)));
            }
            Concatenation all = new Concatenation(batches.get(0));
            // What was planned is too little, about right, or too much.
            double times = random.nextInt(4) / 2.0;
            batches.forEach(batch -> all.plan(batch, times));
            int rows = 0;
            for (ColumnBatch batch : batches) {
                long before = all.bytes();
                long growth = all.growth(batch);
                all.append(batch);
                rows += batch.rows();
                assertThat(all.rows()).isEqualTo(rows);
                assertThat(all.bytes()).as("seed %d: bytes after growing", seed).isBetween(before, before + growth);
            }
            SameRows.assertSame("seed " + seed + ", " + shape, all.seal(), gathered(batches, rows));
        }
    }

    private static ColumnBatch gathered(List<ColumnBatch> batches, int rows) {
        long[] ids = new long[rows];
        int at = 0;
        for (int batch = 0; batch < batches.size(); batch++) {
            for (int row = 0; row < batches.get(batch).rows(); row++) {
                ids[at++] = RowGather.id(batch, row);
            }
        }
        ColumnBatch first = batches.get(0);
        return new ColumnBatch(
                first.shape(),
                rows,
                RowGather.of(batches, 0, first.columns().size()).take(ids, 0, rows));
    }

    @Test
    void nothingIsAllocatedTwiceWhereAllWasPlanned() {
        Random random = new Random(1);
        Shape shape = new Shape.PairOf(Shape.Scalar.LONG, Shape.Scalar.STRING);
        List<ColumnBatch> batches = new ArrayList<>();
        RandomBatches of = new RandomBatches(random);
        for (int batch = 0; batch < 20; batch++) {
            batches.add(of.batch(shape, 100));
        }
        Concatenation all = new Concatenation(batches.get(0));
        batches.forEach(batch -> all.plan(batch, 1));
        for (ColumnBatch batch : batches) {
            assertThat(all.growth(batch)).isZero();
            all.append(batch);
        }
        assertThat(((Column.Longs) all.seal().columns().get(0)).values()).hasSize(2000);
    }

    @Test
    void elementsBeforeAndBehindTheRowsOfAListAreLeftOut() {
        ColumnBatch elements =
                new ColumnBatch(Shape.Scalar.INT, 6, List.of(new Column.Ints(new int[] {-1, 1, 2, 3, -2, -3}, null)));
        ColumnBatch lists = new ColumnBatch(
                new Shape.ListOf(Shape.Scalar.INT), 2, List.of(new Column.Lists(new int[] {1, 2, 4}, elements, null)));
        Concatenation all = new Concatenation(lists);
        all.append(lists);
        all.append(lists);
        Column.Lists column = (Column.Lists) all.seal().columns().get(0);
        assertThat(column.offsets()).startsWith(0, 1, 3, 4, 6);
        assertThat(((Column.Ints) column.elements().columns().get(0)).values()).startsWith(1, 2, 3, 1, 2, 3);
    }
}
