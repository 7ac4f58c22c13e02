package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;

/** Rows that are objects, as batches. */
final class RowBatches implements BatchSource {
    private static final long BATCH_BYTES = 1 << 20;

    private final Cursor source;
    private final BatchBuilder builder;
    private final Object[] rows = new Object[Cursor.BATCH_ROWS];
    private int count;
    private int row;

    RowBatches(Cursor source, TaskRun run) {
        this.source = source;
        this.builder = run.builder(Shape.UNKNOWN);
    }

    @Override
    public ColumnBatch next() throws Exception {
        while (builder.sizeBytes() < BATCH_BYTES && !builder.isFull()) {
            if (row == count) {
                count = source.next(rows);
                row = 0;
                if (count == 0) {
                    break;
                }
            }
            builder.append(rows[row]);
            rows[row++] = null;
        }
        return builder.rows() == 0 ? null : builder.seal();
    }

    @Override
    public void close() {}
}
