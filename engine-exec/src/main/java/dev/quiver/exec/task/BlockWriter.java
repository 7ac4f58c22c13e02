package dev.quiver.exec.task;

import dev.quiver.exec.column.ColumnBatch;

/** Takes the batches of one block. The block is visible after {@link #commit()} only. */
public interface BlockWriter extends AutoCloseable {
    /** Adds rows. */
    void write(ColumnBatch batch) throws Exception;

    /** Stores the block; false when there was no room for it. */
    boolean commit() throws Exception;

    /** Drops what was not committed. Closing twice, or after the commit, is harmless. */
    @Override
    void close();
}
