package dev.quiver.exec.spill;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.task.SpillFile;

/**
 * Rows that are given one batch after another out of memory, and that can go to disk in the middle of it: the reader sees no
 * difference. Belongs to the task's thread.
 */
public final class SpillableSource implements BatchSource {
    private static final int ONLY_RUN = 0;

    private BatchSource rows;
    private SpillFile file;
    private boolean closed;

    /** @param inMemory closed with this, or when it has no rows left */
    public SpillableSource(BatchSource inMemory) {
        this.rows = inMemory;
    }

    /** Whether rows are left that lie in memory. */
    public boolean isInMemory() {
        return rows != null && file == null && !closed;
    }

    /**
     * Moves the rows that were not given yet; what they took in memory is free then.
     *
     * @param into closed when its rows were read, or with this
     */
    public void moveTo(SpillFile into) throws Exception {
        BatchSource left = rows;
        file = into;
        for (ColumnBatch batch = left.next(); batch != null; batch = left.next()) {
            into.append(ONLY_RUN, batch);
        }
        left.close();
        rows = into.read(ONLY_RUN);
    }

    @Override
    public ColumnBatch next() throws Exception {
        ColumnBatch batch = closed ? null : rows.next();
        if (batch == null) {
            close();
        }
        return batch;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rows.close();
            rows = null;
            if (file != null) {
                file.close();
            }
        }
    }
}
