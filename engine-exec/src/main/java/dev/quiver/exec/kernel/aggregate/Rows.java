package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.gather.RowGather;
import java.util.List;

/** The last rows of a batch. */
final class Rows {
    private Rows() {}

    static ColumnBatch from(ColumnBatch batch, int first) {
        if (first == 0) {
            return batch;
        }
        int count = batch.rows() - first;
        long[] ids = new long[count];
        for (int row = 0; row < count; row++) {
            ids[row] = RowGather.id(0, first + row);
        }
        return new ColumnBatch(
                batch.shape(),
                count,
                RowGather.of(List.of(batch), 0, batch.columns().size()).take(ids, 0, count));
    }
}
