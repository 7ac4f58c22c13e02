package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.List;

/** Rows that were sorted, copied out of the arrays they were sorted in when they are asked for. Belongs to one thread. */
public final class SortedRows {
    /** Makes columns of rows in their order. */
    interface Columns {
        List<Column> take(int from, int count);
    }

    private final Shape.PairOf shape;
    private final boolean nullsFirst;
    private final Columns keyed;
    private final int keyedRows;
    private final Columns keyless;
    private final int keylessRows;
    private final Runnable checkKilled;

    /** @param keyless rows whose key is null; may be null when there are none */
    SortedRows(
            Shape.PairOf shape,
            boolean nullsFirst,
            Columns keyed,
            int keyedRows,
            Columns keyless,
            int keylessRows,
            Runnable checkKilled) {
        this.shape = shape;
        this.nullsFirst = nullsFirst;
        this.keyed = keyed;
        this.keyedRows = keyedRows;
        this.keyless = keyless;
        this.keylessRows = keylessRows;
        this.checkKilled = checkKilled;
    }

    static SortedRows none(Shape.PairOf shape, Runnable checkKilled) {
        return new SortedRows(shape, true, null, 0, null, 0, checkKilled);
    }

    /** Rows that have a key, in order. @param batchRows most rows in a batch */
    public BatchSource keyed(int batchRows) {
        return new Part(keyed, keyedRows, batchRows);
    }

    /** Rows whose key is null, as they came. @param batchRows most rows in a batch */
    public BatchSource keyless(int batchRows) {
        return new Part(keyless, keylessRows, batchRows);
    }

    /** All rows in order. @param batchRows most rows in a batch */
    public BatchSource all(int batchRows) {
        return nullsFirst
                ? BatchSource.of(keyless(batchRows), keyed(batchRows))
                : BatchSource.of(keyed(batchRows), keyless(batchRows));
    }

    private final class Part implements BatchSource {
        private Columns columns;
        private final int rows;
        private final int batchRows;
        private int next;

        Part(Columns columns, int rows, int batchRows) {
            this.columns = columns;
            this.rows = rows;
            this.batchRows = batchRows;
        }

        @Override
        public ColumnBatch next() {
            int count = Math.min(batchRows, rows - next);
            if (columns == null || count == 0) {
                close();
                return null;
            }
            checkKilled.run();
            ColumnBatch batch = new ColumnBatch(shape, count, columns.take(next, count));
            next += count;
            return batch;
        }

        @Override
        public void close() {
            columns = null;
        }
    }
}
