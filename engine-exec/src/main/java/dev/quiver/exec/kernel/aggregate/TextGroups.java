package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.specialize.OwnCopy;
import dev.quiver.function.ReduceFunction;
import dev.quiver.shape.Shape;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;

/** Groups with texts as keys and values of one primitive column. */
final class TextGroups implements Groups {
    private static final int FIRST_PLACES = 1 << 10;
    private static final int CHUNK_ROWS = 2048;
    private static final int TAKEN_ROWS = 8192;

    private final Shape.PairOf shape;
    private final TextMerge merge;
    private final long[] values = new long[CHUNK_ROWS];
    private TextTable table = new TextTable(FIRST_PLACES);
    private boolean refused;
    private int takenPlace;

    TextGroups(Shape.PairOf shape, ReduceFunction<Object> merge) {
        this.shape = shape;
        this.merge = OwnCopy.of(MethodHandles.lookup(), TextMerge.class, TextMergeLoop.class, shape.value(), merge);
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
            int merged = merge.merge(table, texts.data(), texts.offsets(), values, start, end);
            if (merged < end) {
                refused = true;
                return merged;
            }
        }
        return refused ? from : to;
    }

    @Override
    public boolean complete() {
        return !refused;
    }

    @Override
    public int size() {
        return table.size;
    }

    @Override
    public ColumnBatch take() {
        long[] slots = table.slots;
        long[] takenValues = new long[TAKEN_ROWS];
        int[] offsets = new int[TAKEN_ROWS + 1];
        byte[] data = new byte[TAKEN_ROWS * 8];
        int count = 0;
        int at = takenPlace;
        for (; at < slots.length && count < TAKEN_ROWS; at += 2) {
            long place = slots[at];
            if (place != 0) {
                int length = (int) (place >>> 32) & 0xFFFF;
                int used = offsets[count];
                if (used + length + 8 > data.length) {
                    data = Arrays.copyOf(data, Math.max(data.length * 2, used + length + 8));
                }
                if (length <= 8) {
                    TextTable.WORD.set(data, used, (long) TextTable.WORD.get(table.bytes, (int) place));
                } else {
                    System.arraycopy(table.bytes, (int) place, data, used, length);
                }
                takenValues[count++] = slots[at + 1];
                offsets[count] = used + length;
            }
        }
        takenPlace = at;
        if (count == 0) {
            return null;
        }
        if (count < TAKEN_ROWS / 2) {
            data = Arrays.copyOf(data, offsets[count]);
            offsets = Arrays.copyOf(offsets, count + 1);
            takenValues = Arrays.copyOf(takenValues, count);
        }
        return new ColumnBatch(
                shape,
                count,
                List.of(new Column.Slices(data, offsets, null), Primitives.column(shape.value(), takenValues, count)));
    }

    @Override
    public void clear() {
        table = new TextTable(FIRST_PLACES);
        refused = false;
        takenPlace = 0;
    }
}
