package dev.quiver.exec.compile;

import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.BatchSink;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays that generated code fills with the parts of rows, and hands on when they are full. A row of another shape is
 * handed on by itself, after those before it, so that their order stays. Belongs to one task.
 */
public final class ColumnBuffer {
    /** Rows in a full buffer. */
    public static final int CAPACITY = 4096;

    private final Shape shape;
    private final BatchSink batches;
    private final RowTarget others;

    /** One array, {@link TextBuffer} or {@link ArrayBuffer} a column; used by generated code. */
    public final Object[] arrays;

    /** How many rows the arrays hold; up to date while no loop runs. */
    public int rows;

    private long otherRows;
    private long handedRows;

    /**
     * @param shape   see {@link ColumnShapes#isKnown}
     * @param batches is lent the arrays when they are full
     * @param others  takes rows of other shapes
     */
    public ColumnBuffer(Shape shape, BatchSink batches, RowTarget others) {
        this.shape = shape;
        this.batches = batches;
        this.others = others;
        List<ScalarCode> leaves = ColumnShapes.leaves(shape);
        this.arrays = new Object[leaves.size()];
        for (int index = 0; index < arrays.length; index++) {
            ScalarCode scalar = leaves.get(index);
            arrays[index] = scalar.buffer == TextBuffer.class
                    ? new TextBuffer()
                    : scalar.hasOffsets()
                            ? new ArrayBuffer(scalar)
                            : Array.newInstance(scalar.storage.getComponentType(), CAPACITY);
        }
    }

    /** Whether so few rows are of the shape that taking them apart does not pay. */
    public boolean mostlyOthers() {
        return otherRows > CAPACITY && otherRows > (handedRows + rows) / 4;
    }

    /** Hands on what is there, and is empty then. */
    public void flush() throws Exception {
        if (rows == 0) {
            return;
        }
        List<Column> columns = new ArrayList<>(arrays.length);
        for (Object array : arrays) {
            columns.add(column(array));
        }
        int count = rows;
        rows = 0;
        handedRows += count;
        batches.accept(new ColumnBatch(shape, count, columns));
    }

    private Column column(Object array) {
        if (array instanceof TextBuffer text) {
            return new Column.Slices(text.data, text.offsets, null);
        }
        return array instanceof ArrayBuffer values ? values.column(rows) : ArrayKind.columnOf(array);
    }

    /** Hands on what is there, then this row. */
    public void other(Object row) throws Exception {
        otherRows++;
        flush();
        others.row(row);
    }
}
