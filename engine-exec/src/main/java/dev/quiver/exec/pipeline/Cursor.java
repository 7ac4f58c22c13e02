package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.BatchSource;

/**
 * Rows of one partition, pulled a batch at a time. A cursor has no close: what it holds open it gave to its
 * {@link TaskRun}, which closes it when the task ends.
 */
interface Cursor {
    /** Rows in one batch, where the reader has no reason to want fewer. */
    int BATCH_ROWS = 1024;

    /** No rows. */
    Cursor EMPTY = rows -> 0;

    /**
     * Puts the next rows into an array from its start.
     *
     * @param rows at least one long; what is in it is overwritten
     * @return how many, or 0 at the end
     */
    int next(Object[] rows) throws Exception;

    /**
     * The same rows as batches, or null when they are at hand as objects only. Asked before the first pull; when it
     * gives a source, rows are read from that alone. The task closes it.
     */
    default BatchSource batches() throws Exception {
        return null;
    }
}
