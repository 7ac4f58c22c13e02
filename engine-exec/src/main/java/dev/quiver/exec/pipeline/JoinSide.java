package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchBuilder;
import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.ArrayDeque;
import java.util.Queue;

/** One input of a join: can be read ahead in batches, and then be read again from its start, as batches or as rows. */
final class JoinSide implements Cursor {
    private final BatchedCursor source;
    private final TaskRun run;
    private final Queue<ColumnBatch> ahead = new ArrayDeque<>();
    private Cursor aheadRows;
    private Object[] tail;
    private int tailRows;
    private long aheadBytes;

    JoinSide(BatchedCursor source, TaskRun run) {
        this.source = source;
        this.run = run;
    }

    /** Reads one more batch ahead; false when there is none. */
    boolean readAhead() throws Exception {
        ColumnBatch batch = source.nextBatch();
        if (batch == null) {
            return false;
        }
        ahead.add(batch);
        aheadBytes += batch.sizeBytes();
        return true;
    }

    /** Bytes that were read ahead. */
    long aheadBytes() {
        return aheadBytes;
    }

    Iterable<ColumnBatch> ahead() {
        return ahead;
    }

    /** Whether rows follow the last batch, which the source cannot give as one. Asked when there is no batch more. */
    boolean hasTail() throws Exception {
        tail = new Object[BATCH_ROWS];
        tailRows = source.next(tail);
        return tailRows > 0;
    }

    /** The next batch, from the first on; or null at the end. */
    ColumnBatch nextBatch() throws Exception {
        ColumnBatch batch = ahead.poll();
        if (batch == null && tail == null) {
            batch = source.nextBatch();
        }
        return batch != null ? batch : tailBatch();
    }

    private ColumnBatch tailBatch() throws Exception {
        if (tail == null) {
            hasTail();
        }
        if (tailRows == 0) {
            return null;
        }
        BatchBuilder builder = run.builder(Shape.UNKNOWN);
        for (int row = 0; row < tailRows; row++) {
            builder.append(tail[row]);
        }
        tailRows = source.next(tail);
        return builder.seal();
    }

    /** The rows from the first on. Not together with {@link #nextBatch}. */
    @Override
    public int next(Object[] rows) throws Exception {
        if (aheadRows == null) {
            aheadRows = new BatchCursor(BatchSource.of(ahead), run);
        }
        int count = aheadRows.next(rows);
        if (count > 0) {
            return count;
        }
        if (tailRows > 0) {
            count = Math.min(rows.length, tailRows);
            System.arraycopy(tail, 0, rows, 0, count);
            System.arraycopy(tail, count, tail, 0, tailRows - count);
            tailRows -= count;
            return count;
        }
        return source.next(rows);
    }
}
