package dev.quiver.exec.kernel.gather;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.lang.reflect.Array;
import java.util.List;

/** Arrays of primitives, and lists of numbers without nulls: the elements of a row are copied at once. */
final class ArraysGather extends ColumnGather {
    private final Object[] elements;
    private final int[][] offsets;
    private final Shape shape;

    ArraysGather(Column[] sources) {
        super(sources);
        this.elements = arrays(sources, Object[]::new, source -> ArrayKind.storageOf(elements(source)));
        this.offsets = arrays(sources, int[][]::new, source -> ((Column.Lists) source).offsets());
        this.shape = ((Column.Lists) sources[0]).elements().shape();
    }

    /** Whether the elements of all columns lie in arrays of one kind, none of them null. */
    static boolean takes(Column[] sources) {
        Shape shape = ((Column.Lists) sources[0]).elements().shape();
        for (Column source : sources) {
            if (!takes(source, shape)) {
                return false;
            }
        }
        return true;
    }

    private static boolean takes(Column source, Shape shape) {
        ColumnBatch batch = ((Column.Lists) source).elements();
        return shape instanceof Shape.Scalar
                && shape.equals(batch.shape())
                && batch.columns().size() == 1
                && batch.columns().get(0).nulls() == null
                && !(batch.columns().get(0) instanceof Column.Slices);
    }

    @Override
    boolean replace(int source, Column column, int rows) {
        if (!takes(column, shape)) {
            return false;
        }
        elements[source] = ArrayKind.storageOf(elements(column));
        offsets[source] = ((Column.Lists) column).offsets();
        return super.replace(source, column, rows);
    }

    private static Column elements(Column source) {
        return ((Column.Lists) source).elements().columns().get(0);
    }

    @Override
    Column take(long[] ids, int from, int count) {
        int[] ends = new int[count + 1];
        long total = 0;
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int[] places = offsets[(int) (id >>> 32)];
            total += places[(int) id + 1] - places[(int) id];
            ends[row + 1] = (int) total;
        }
        if (total > Integer.MAX_VALUE - 16) {
            throw new QuiverException("A batch of " + count + " rows would hold " + total + " elements in one column,"
                    + " more than an array can. One row is too large for the engine: split the array, or put it into"
                    + " a file and pass the path.");
        }
        Object taken = Array.newInstance(elements[0].getClass().getComponentType(), (int) total);
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int source = (int) (id >>> 32);
            int start = offsets[source][(int) id];
            System.arraycopy(elements[source], start, taken, ends[row], ends[row + 1] - ends[row]);
        }
        ColumnBatch batch = new ColumnBatch(shape, (int) total, List.of(ArrayKind.columnOf(taken)));
        return new Column.Lists(ends, batch, nullsOf(ids, from, count));
    }
}
