package dev.quiver.exec.task;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.lineage.CheckpointFile;
import java.io.IOException;
import java.util.List;

/**
 * Writes one partition of a checkpoint, under names of this attempt alone. Belongs to the task's thread.
 *
 * <pre>
 * writing --finish--> on the disk --keep, once the commit is granted--> stays
 *    |                    |
 *    +--------------------+--close--> deleted
 * </pre>
 */
public interface CheckpointWriter extends AutoCloseable {
    /** Adds rows. @param batch borrowed */
    void write(ColumnBatch batch) throws IOException;

    /** Completes the files and forces them to the disk. @return the files in the order of their rows */
    List<CheckpointFile> finish() throws IOException;

    /** The driver counts on the files from now on. */
    void keep();

    /** Deletes what is not kept. Closing twice is harmless. */
    @Override
    void close();
}
