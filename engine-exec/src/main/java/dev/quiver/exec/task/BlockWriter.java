package dev.quiver.exec.task;

import dev.quiver.exec.column.ColumnBatch;

/**
 * Takes the batches of one block. The block is visible after {@link #commit()} only: to its task at once, to others when
 * the task has succeeded.
 */
public interface BlockWriter extends AutoCloseable {
    /** Adds rows. */
    void write(ColumnBatch batch) throws Exception;

    /** Whether nothing will be stored, for want of room or because the dataset is no longer kept: write no more. */
    boolean isRefused();

    /** Stores the block; false when there was no room for it. */
    boolean commit() throws Exception;

    /** Drops what was not committed. Closing twice, or after the commit, is harmless. */
    @Override
    void close();
}
