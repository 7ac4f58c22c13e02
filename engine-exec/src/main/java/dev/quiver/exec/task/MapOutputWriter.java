package dev.quiver.exec.task;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.task.MapOutput;

/** Takes what one map task attempt contributes to a shuffle. Nothing of it is visible before the commit. */
public interface MapOutputWriter extends PartitionWriter, AutoCloseable {
    /** Adds rows for one reduce partition. The batch may be of any size; small ones are joined with those of other maps. */
    @Override
    void write(int reducePartition, ColumnBatch batch) throws Exception;

    /** Whether the rows are counted in {@link MapOutput#content}. */
    default boolean countsRows() {
        return false;
    }

    /**
     * Has other rows counted than those that were written, where what is written depends on chance. Harmless when rows are
     * not counted.
     *
     * @param difference the sum over the rows to be counted less that over the rows written for them, both as
     *                   {@link dev.quiver.exec.kernel.checksum.RowChecksums} has them
     */
    default void correctContent(long difference) {}

    /** Makes everything written visible to readers, all at once. */
    MapOutput commit() throws Exception;

    /** Drops what was not committed. Closing twice, or after the commit, is harmless. */
    @Override
    void close();
}
