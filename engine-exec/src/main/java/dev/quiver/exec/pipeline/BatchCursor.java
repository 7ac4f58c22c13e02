package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.memory.RowLimit;
import java.util.Arrays;

/** Rows of column batches. Closes the source at its end. */
final class BatchCursor implements Cursor {
    private final BatchSource source;
    private final TaskRun run;
    private boolean countsInput;
    private boolean ended;
    private RowReader batch;
    private int row;
    private long rowBytes;
    private Object[] part = new Object[0];

    BatchCursor(BatchSource source, TaskRun run) {
        this.source = run.own(source);
        this.run = run;
    }

    /** Counts what it reads as input of the task. */
    BatchCursor countingInput() {
        countsInput = true;
        return this;
    }

    @Override
    public int next(Object[] rows) throws Exception {
        int filled = 0;
        long bytes = 0;
        while (filled < rows.length && bytes < RowLimit.BATCH_BYTES) {
            if (batch == null && !advance()) {
                break;
            }
            long each = rowBytes;
            int count = fill(rows, filled, (int) Math.min(rows.length, (RowLimit.BATCH_BYTES - bytes) / each + 1));
            filled += count;
            bytes += count * each;
        }
        return filled;
    }

    private int fill(Object[] rows, int at, int most) {
        int count;
        if (at == 0) {
            count = batch.read(row, rows, most);
        } else {
            int wanted = Math.min(Math.min(most, rows.length - at), batch.rows() - row);
            if (part.length != wanted) {
                part = new Object[wanted];
            }
            count = batch.read(row, part);
            System.arraycopy(part, 0, rows, at, count);
            Arrays.fill(part, null);
        }
        row += count;
        if (row == batch.rows()) {
            batch = null;
        }
        return count;
    }

    @Override
    public BatchSource batches() {
        return new BatchSource() {
            @Override
            public ColumnBatch next() throws Exception {
                return nextBatch();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private boolean advance() throws Exception {
        ColumnBatch next = nextBatch();
        if (next == null) {
            return false;
        }
        batch = new RowReader(next, run.serializer, run.loader);
        row = 0;
        rowBytes = Math.max(1, next.sizeBytes() / next.rows());
        return true;
    }

    private ColumnBatch nextBatch() throws Exception {
        while (!ended) {
            run.step();
            ColumnBatch next = source.next();
            if (next == null) {
                ended = true;
                source.close();
            } else if (next.rows() > 0) {
                if (countsInput) {
                    run.services.counters().input(next.rows(), next.sizeBytes());
                }
                return next;
            }
        }
        return null;
    }
}
