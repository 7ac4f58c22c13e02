package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** The last rows of a batch that groups can take: it has no nulls, a key that is text or a primitive, and a primitive. */
final class Rows {
    private Rows() {}

    static ColumnBatch from(ColumnBatch batch, int first) {
        Shape.PairOf shape = (Shape.PairOf) batch.shape();
        int count = batch.rows() - first;
        Column keys = batch.columns().get(0);
        return new ColumnBatch(
                shape,
                count,
                List.of(
                        keys instanceof Column.Slices texts
                                ? new Column.Slices(
                                        texts.data(),
                                        Arrays.copyOfRange(texts.offsets(), first, batch.rows() + 1),
                                        null)
                                : numbers(shape.key(), keys, first, count),
                        numbers(shape.value(), batch.columns().get(1), first, count)));
    }

    private static Column numbers(Shape shape, Column column, int first, int count) {
        long[] bits = new long[count];
        FixedBits.values(column, first, count, bits);
        return FixedBits.column(shape, bits, count);
    }
}
