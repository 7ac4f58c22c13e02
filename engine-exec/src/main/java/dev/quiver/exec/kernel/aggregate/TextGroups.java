package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;

/** Groups with texts as keys and values of one primitive column. */
final class TextGroups implements Groups {
    private static final int CHUNK_ROWS = 2048;

    private final Shape.PairOf shape;
    private final TextMerge merge;
    private final long[] values = new long[CHUNK_ROWS];
    private boolean refused;
    private int takenPlace;
    private int takenWidePlace;

    TextGroups(Shape.PairOf shape, ReduceFunction<Object> merge) {
        this.shape = shape;
        this.merge = OwnCopy.of(
                MethodHandles.lookup(),
                TextMerge.class,
                TextMergeLoop.class,
                MergedKind.of(shape.value(), merge),
                merge);
    }

    /** What merges pairs of the shape one by one into these groups. */
    TextMerge merge() {
        return merge;
    }

    Shape shape() {
        return shape;
    }

    @Override
    public boolean takes(ColumnBatch batch) {
        return shape.equals(batch.shape())
                && !Primitives.hasNulls(batch.columns().get(0), batch.rows())
                && !Primitives.hasNulls(batch.columns().get(1), batch.rows());
    }

    @Override
    public int add(ColumnBatch batch, int from, int to) throws Exception {
        Column.Slices texts = (Column.Slices) batch.columns().get(0);
        Column valueColumn = batch.columns().get(1);
        for (int start = from; start < to && !refused; start += CHUNK_ROWS) {
            int end = Math.min(to, start + CHUNK_ROWS);
            Primitives.values(valueColumn, start, end - start, values);
            int merged = merge.merge(texts.data(), texts.offsets(), values, start, end);
            if (merged < end) {
                refused = true;
                return merged;
            }
        }
        return refused ? from : to;
    }

    @Override
    public long bytesWith(ColumnBatch batch, int from, int to) {
        int[] offsets = ((Column.Slices) batch.columns().get(0)).offsets();
        return merge.bytesWith(to - from, (long) offsets[to] - offsets[from]);
    }

    @Override
    public long bytes() {
        return merge.bytesWith(0, 0);
    }

    @Override
    public boolean complete() {
        return !refused;
    }

    @Override
    public int size() {
        return merge.size();
    }

    @Override
    public ColumnBatch take() {
        TakenTexts taken = new TakenTexts();
        takenPlace = taken.take(merge.table, takenPlace);
        if (!taken.isFull()) {
            takenWidePlace = taken.take(merge.wide, takenWidePlace);
        }
        return taken.batch(shape);
    }

    @Override
    public void clear() {
        merge.clear();
        refused = false;
        takenPlace = 0;
        takenWidePlace = 0;
    }
}
