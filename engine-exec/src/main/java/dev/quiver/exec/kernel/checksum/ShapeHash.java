package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import java.util.List;

/**
 * Folds the values of one part of a shape into the states of their rows, column by column. What it adds to a state follows
 * from the value alone, not from how it is laid out. Belongs to one thread.
 */
interface ShapeHash {
    /** Most rows of one call: their states stay in the fastest cache. */
    int MOST_ROWS = 512;

    /**
     * Folds the values of the rows {@code [from, from + count)} into the first {@code count} states.
     *
     * @param columns of the whole batch; borrowed
     * @param count   at most {@value #MOST_ROWS}
     */
    void fold(List<Column> columns, int from, int count, long[] states);

    static boolean isNull(long[] nulls, int row) {
        return (nulls[row >>> 6] & 1L << row) != 0;
    }
}
