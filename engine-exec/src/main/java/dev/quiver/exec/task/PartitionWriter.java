package dev.quiver.exec.task;

import dev.quiver.exec.column.ColumnBatch;

/** Takes rows that were dealt out. */
public interface PartitionWriter {
    /** Adds rows to one partition; the batch may be of any size. */
    void write(int partition, ColumnBatch batch) throws Exception;
}
