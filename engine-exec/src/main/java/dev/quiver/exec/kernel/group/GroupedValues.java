package dev.quiver.exec.kernel.group;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.aggregate.KeyNumbers;
import dev.quiver.exec.kernel.aggregate.Primitives;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of one primitive column each, collected by key. Keys are numbered as they come; rows are kept as the number of
 * their key and the bits of their value, and are brought together by counting at the end. Lists are made when their key
 * is taken: ordinary array lists that belong to whoever takes them.
 */
public final class GroupedValues {
    private static final int CHUNK_ROWS = 2048;
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

    private final Shape.PairOf shape;
    private final KeyNumbers keys = new KeyNumbers();
    private final long[] chunk = new long[CHUNK_ROWS];
    private final int[] chunkNumbers = new int[CHUNK_ROWS];
    private int[] numbers = new int[1 << 12];
    private long[] values = new long[1 << 12];
    private int rows;
    private int[] ends;
    private int taken;

    /** @param shape of the pairs, one that {@link #knows} approves of */
    public GroupedValues(Shape shape) {
        this.shape = (Shape.PairOf) shape;
    }

    /** Whether pairs of a shape can be collected here. */
    public static boolean knows(Shape shape) {
        return shape instanceof Shape.PairOf pair && Primitives.isKey(pair.key()) && Primitives.isValue(pair.value());
    }

    /** Adds all rows of a batch; or returns false, having changed nothing, when it has another shape or holds a null. */
    public boolean add(ColumnBatch batch) {
        if (!shape.equals(batch.shape())
                || Primitives.hasNulls(batch.columns().get(0), batch.rows())
                || Primitives.hasNulls(batch.columns().get(1), batch.rows())) {
            return false;
        }
        reserve(batch.rows());
        for (int from = 0; from < batch.rows(); from += CHUNK_ROWS) {
            int count = Math.min(CHUNK_ROWS, batch.rows() - from);
            Primitives.keys(batch.columns().get(0), from, count, chunk);
            keys.of(chunk, count, chunkNumbers);
            System.arraycopy(chunkNumbers, 0, numbers, rows, count);
            Primitives.values(batch.columns().get(1), from, count, chunk);
            System.arraycopy(chunk, 0, values, rows, count);
            rows += count;
        }
        return true;
    }

    private void reserve(int more) {
        long needed = rows + (long) more;
        if (needed > MOST_ROWS) {
            throw new QuiverException("One task groups " + needed
                    + " rows, more than an array can hold. Use more partitions for this operator.");
        }
        if (needed > numbers.length) {
            int length = (int) Math.min(MOST_ROWS, Math.max(needed, numbers.length * 2L));
            numbers = Arrays.copyOf(numbers, length);
            values = Arrays.copyOf(values, length);
        }
    }

    public int rows() {
        return rows;
    }

    /** A row as it came. */
    public Pair<Object, Object> row(int row) {
        return new Pair<>(key(numbers[row]), Primitives.boxed(shape.value(), values[row]));
    }

    private Object key(int number) {
        return Primitives.boxed(shape.key(), keys.key(number));
    }

    /** Puts the next keys with their lists into an array from its start; returns how many, or 0 when all were taken. */
    public int take(Object[] into) {
        if (ends == null) {
            bringTogether();
        }
        int count = Math.min(into.length, keys.size() - taken);
        for (int index = 0; index < count; index++, taken++) {
            int from = taken == 0 ? 0 : ends[taken - 1];
            int to = ends[taken];
            List<Object> list = new ArrayList<>(to - from);
            for (int row = from; row < to; row++) {
                list.add(Primitives.boxed(shape.value(), values[row]));
            }
            into[index] = new Pair<>(key(taken), list);
        }
        return count;
    }

    private void bringTogether() {
        int[] next = new int[keys.size()];
        for (int row = 0; row < rows; row++) {
            next[numbers[row]]++;
        }
        int start = 0;
        for (int number = 0; number < next.length; number++) {
            int size = next[number];
            next[number] = start;
            start += size;
        }
        long[] together = new long[rows];
        for (int row = 0; row < rows; row++) {
            together[next[numbers[row]]++] = values[row];
        }
        values = together;
        numbers = null;
        ends = next;
    }
}
