package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** Lists and optionals: their elements are rows of other batches, taken in turn. */
final class ListsGather extends ColumnGather {
    private final int[][] offsets;
    private final Shape shape;
    private final RowGather elements;

    ListsGather(Column[] sources) {
        super(sources);
        this.offsets = arrays(sources, int[][]::new, source -> ((Column.Lists) source).offsets());
        List<ColumnBatch> batches = new ArrayList<>(sources.length);
        for (Column source : sources) {
            batches.add(((Column.Lists) source).elements());
        }
        this.shape = batches.get(0).shape();
        batches.forEach(this::requireShape);
        this.elements = RowGather.of(batches, 0, batches.get(0).columns().size());
    }

    private void requireShape(ColumnBatch batch) {
        if (!batch.shape().equals(shape)) {
            throw new IllegalArgumentException("lists of " + shape + " and of " + batch.shape() + " in one column");
        }
    }

    @Override
    boolean replace(int source, Column column, int rows) {
        Column.Lists lists = (Column.Lists) column;
        requireShape(lists.elements());
        offsets[source] = lists.offsets();
        elements.replace(source, lists.elements());
        return super.replace(source, column, rows);
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
        requireRoom(count, total, "elements", MOST_VALUES);
        long[] inner = new long[ends[count]];
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int source = (int) (id >>> 32);
            int start = offsets[source][(int) id];
            for (int at = ends[row]; at < ends[row + 1]; at++) {
                inner[at] = RowGather.id(source, start + at - ends[row]);
            }
        }
        ColumnBatch taken = new ColumnBatch(shape, inner.length, elements.take(inner, 0, inner.length));
        return new Column.Lists(ends, taken, nullsOf(ids, from, count));
    }
}
