package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.List;

/**
 * Rows as columns: what is cached, exchanged, spilled and sent. Immutable, safe to share between threads, and owned by
 * nobody: its memory is ordinary heap.
 */
public final class ColumnBatch {
    private final Shape shape;
    private final int rows;
    private final List<Column> columns;
    private final long sizeBytes;

    /**
     * @param shape   shape of the rows, never {@code Unknown}; decides number and kinds of the columns
     * @param rows    how many rows there are
     * @param columns flattened from the shape, depth first
     */
    public ColumnBatch(Shape shape, int rows, List<Column> columns) {
        this.shape = shape;
        this.rows = rows;
        this.columns = List.copyOf(columns);
        long bytes = 0;
        for (Column column : this.columns) {
            bytes += column.sizeBytes();
        }
        this.sizeBytes = bytes;
    }

    public Shape shape() {
        return shape;
    }

    public int rows() {
        return rows;
    }

    public List<Column> columns() {
        return columns;
    }

    /** Bytes of heap the columns hold, about. */
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public String toString() {
        return rows + " rows of " + shape;
    }
}
