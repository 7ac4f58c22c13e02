package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import java.util.ArrayDeque;
import java.util.Queue;

/** One input of a join: can be read ahead, and then still be read from its start. */
final class JoinSide implements BatchSource {
    private final BatchSource source;
    private final Queue<ColumnBatch> ahead = new ArrayDeque<>();
    private long aheadBytes;

    JoinSide(BatchSource source) {
        this.source = source;
    }

    /** Reads one more batch ahead; false when there is none. */
    boolean readAhead() throws Exception {
        ColumnBatch batch = source.next();
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

    @Override
    public ColumnBatch next() throws Exception {
        ColumnBatch batch = ahead.poll();
        return batch != null ? batch : source.next();
    }

    @Override
    public void close() {
        source.close();
    }
}
