package dev.quiver.exec.pipeline;

import dev.quiver.Pair;
import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.exec.spill.KeyParts;
import dev.quiver.exec.spill.SpilledKeys;
import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Pairs as objects, some at a time, and how much memory they take: what their columns tell where they come in columns, else
 * what a few of them take.
 */
final class SizedRows {
    /** One row of so many is looked at where there are no columns. */
    private static final int ONE_IN = 32;

    /** Rows that are large come some at a time that take about so much. */
    private static final long MOST_BYTES = 1 << 20;

    /** The rows. */
    Object[] rows = new Object[Cursor.BATCH_ROWS];

    /** How many there are. */
    int count;

    /** Bytes that they take as objects, about. */
    long bytes;

    /** Bytes that their keys take. */
    long keyBytes;

    /** Bytes that their values take. */
    long valueBytes;

    private final Cursor source;
    private final BatchSource batches;
    private final RowSizes sizes;
    private final TaskRun run;
    private ColumnBatch batch;
    private RowReader reader;
    private int row;
    private long batchBytes;
    private long batchKeyBytes;
    private long batchValueBytes;

    SizedRows(Cursor source, RowSizes sizes, TaskRun run) throws Exception {
        this.source = source;
        this.batches = source.batches();
        this.sizes = sizes;
        this.run = run;
    }

    /** Makes the next rows; false when there are none. */
    boolean next() throws Exception {
        run.checkKilled();
        if (batches == null) {
            count = source.next(rows);
            look();
            return count > 0;
        }
        if (batch == null) {
            batch = batches.next();
            if (batch == null) {
                return false;
            }
            open();
        }
        count = reader.read(row, rows);
        bytes = batchBytes * count / batch.rows();
        keyBytes = batchKeyBytes * count / batch.rows();
        valueBytes = batchValueBytes * count / batch.rows();
        row += count;
        if (row == batch.rows()) {
            batch = null;
        }
        return true;
    }

    private void open() {
        reader = new RowReader(batch, run.serializer, run.loader);
        row = 0;
        batchBytes = sizes.ofRows(batch);
        batchKeyBytes = 0;
        batchValueBytes = batchBytes;
        if (batch.shape() instanceof Shape.PairOf pair) {
            int keyColumns = ColumnLayout.columnCount(pair.key());
            List<Column> columns = batch.columns();
            batchKeyBytes = sizes.ofRows(new ColumnBatch(pair.key(), batch.rows(), columns.subList(0, keyColumns)));
            batchValueBytes = sizes.ofRows(
                    new ColumnBatch(pair.value(), batch.rows(), columns.subList(keyColumns, columns.size())));
        }
        long perRow = Math.max(1, batchBytes / batch.rows());
        int atATime = (int) Math.max(1, Math.min(Cursor.BATCH_ROWS, MOST_BYTES / perRow));
        rows = rows.length == atATime ? rows : new Object[atATime];
    }

    private void look() {
        bytes = 0;
        keyBytes = 0;
        valueBytes = 0;
        int looked = 0;
        for (int index = 0; index < count; index += ONE_IN) {
            Pair<?, ?> pair = (Pair<?, ?>) rows[index];
            bytes += sizes.of(pair);
            keyBytes += sizes.of(pair.key());
            valueBytes += sizes.of(pair.value());
            looked++;
        }
        if (looked > 0) {
            bytes = bytes * count / looked;
            keyBytes = keyBytes * count / looked;
            valueBytes = valueBytes * count / looked;
        }
    }

    /** The key of the first row at hand. */
    Object firstKey() {
        return ((Pair<?, ?>) rows[0]).key();
    }

    /** Puts all rows aside that were not given yet, in columns where they are. */
    void restTo(KeyParts parts) throws Exception {
        restTo(batch -> parts.putAside(batch), pair -> parts.putAside(pair));
    }

    /** Puts the rows at hand aside, and all that were not given yet. */
    void allTo(SpilledKeys aside) throws Exception {
        for (int index = 0; index < count; index++) {
            aside.add(rows[index]);
        }
        count = 0;
        restTo(
                batch -> {
                    run.checkKilled();
                    aside.accept(batch);
                },
                aside::add);
    }

    /** Takes a pair that is put aside. */
    private interface PairSink {
        void add(Object pair) throws Exception;
    }

    private void restTo(BatchSink columns, PairSink objects) throws Exception {
        if (batch != null) {
            for (; row < batch.rows(); row++) {
                objects.add(reader.row(row));
            }
            batch = null;
        }
        if (batches != null) {
            for (ColumnBatch next = batches.next(); next != null; next = batches.next()) {
                columns.accept(next);
            }
            return;
        }
        while (next()) {
            for (int index = 0; index < count; index++) {
                objects.add(rows[index]);
            }
        }
    }
}
