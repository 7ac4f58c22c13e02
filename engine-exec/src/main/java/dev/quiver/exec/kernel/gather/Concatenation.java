package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of one shape put one behind another into columns of their own. First plan room for what will come, ask for that
 * much memory, then append: arrays are made once, in the size planned. Where the plan was short, {@link #growth} tells what
 * a batch would take on top.
 */
public final class Concatenation {
    private final Shape shape;
    private final ColumnTail[] columns;
    private int rows;

    /** @param like of the shape of all that will come; not taken yet */
    public Concatenation(ColumnBatch like) {
        this.shape = like.shape();
        this.columns = new ColumnTail[like.columns().size()];
        for (int index = 0; index < columns.length; index++) {
            columns[index] = ColumnTail.like(like.columns().get(index));
        }
    }

    /** Plans room for so many times the rows of a batch, whose sizes stand for those of others. */
    public void plan(ColumnBatch batch, double times) {
        for (int index = 0; index < columns.length; index++) {
            columns[index].plan(batch.columns().get(index), batch.rows(), times);
        }
    }

    /** Bytes of the room that is planned, or there. */
    public long bytes() {
        long bytes = 0;
        for (ColumnTail column : columns) {
            bytes += column.bytes();
        }
        return bytes;
    }

    /** Bytes of arrays that must be made in place of smaller ones before a batch can be appended; 0 when it finds room. */
    public long growth(ColumnBatch batch) {
        long growth = 0;
        for (int index = 0; index < columns.length; index++) {
            growth += columns[index].growth(batch.columns().get(index), rows, batch.rows());
        }
        return growth;
    }

    /** @param batch of the shape; borrowed */
    public void append(ColumnBatch batch) {
        for (int index = 0; index < columns.length; index++) {
            columns[index].append(batch.columns().get(index), rows, batch.rows());
        }
        rows += batch.rows();
    }

    public int rows() {
        return rows;
    }

    /** All rows, in columns that may have room left over. Nothing can be appended afterwards. */
    public ColumnBatch seal() {
        List<Column> sealed = new ArrayList<>(columns.length);
        for (ColumnTail column : columns) {
            sealed.add(column.seal(rows));
        }
        return new ColumnBatch(shape, rows, sealed);
    }
}
