package dev.quiver.exec.kernel.key;

import dev.quiver.exec.column.Column;
import dev.quiver.shape.Shape;
import java.util.List;

/** Keys of one primitive column. */
final class NumberIndex implements KeyIndex {
    private static final int CHUNK_ROWS = 2048;

    private final Shape shape;
    private final KeyNumbers numbers = new KeyNumbers();
    private final long[] chunk = new long[CHUNK_ROWS];

    NumberIndex(Shape shape) {
        this.shape = shape;
    }

    @Override
    public void number(List<Column> columns, int rows, int from, int to, int[] into) {
        for (int start = from; start < to; start += CHUNK_ROWS) {
            int count = Math.min(CHUNK_ROWS, to - start);
            Primitives.keys(columns.get(0), start, count, chunk);
            numbers.of(chunk, count, into, start);
        }
    }

    @Override
    public void find(List<Column> columns, int rows, int[] into) {
        for (int from = 0; from < rows; from += CHUNK_ROWS) {
            int count = Math.min(CHUNK_ROWS, rows - from);
            Primitives.keys(columns.get(0), from, count, chunk);
            numbers.find(chunk, count, into, from);
        }
    }

    @Override
    public void growth(List<Column> columns, int from, int to, Growth into) {
        numbers.growth(to - from, into);
    }

    @Override
    public int size() {
        return numbers.size();
    }

    @Override
    public List<Column> keys(int from, int count) {
        long[] bits = new long[count];
        for (int index = 0; index < count; index++) {
            bits[index] = numbers.key(from + index);
        }
        return List.of(Primitives.column(shape, bits, count));
    }
}
