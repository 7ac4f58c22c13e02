package dev.quiver.exec.task;

import dev.quiver.exec.column.BatchSource;
import dev.quiver.exec.column.ColumnBatch;
import java.io.IOException;

/**
 * Rows that an operator of one task put aside on disk, in runs numbered from 0. Chunks are appended one behind the other,
 * whatever run they belong to, and the chunks of a run are read back in the order in which they were written. Belongs to
 * the task's thread.
 */
public interface SpillFile extends AutoCloseable {
    /**
     * Appends rows to a run, as one chunk; batches of half a mebibyte and more are worth it.
     *
     * @param batch borrowed
     * @throws IOException naming the folder and what to do when there is no room
     */
    void append(int run, ColumnBatch batch) throws IOException;

    /**
     * The rows of a run, from its first to the last that was appended before this call. A run may be read any number of
     * times.
     *
     * @return the chunks in order; returned: the caller closes it. It fails with an {@link IOException} when what is read is
     *     not what was written, before a row of it is given
     */
    BatchSource read(int run);

    /** Rows in a run; 0 for one that has none. */
    long rows(int run);

    /** Bytes the rows of a run took as columns in memory; 0 for one that has none. */
    long bytes(int run);

    /** Deletes the rows. Closing twice is harmless. */
    @Override
    void close();
}
