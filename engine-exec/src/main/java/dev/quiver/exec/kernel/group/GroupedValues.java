package dev.quiver.exec.kernel.group;

import dev.quiver.Pair;
import dev.quiver.QuiverException;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs collected by key. Keys are numbered as they come, and batches are kept as they are; at the end the rows' names are
 * brought together by counting. Objects are made only when their key is taken: its values in an ordinary array list that
 * belongs to whoever takes it. Belongs to one task.
 */
public final class GroupedValues {
    private static final int PIECE_ROWS = 4096;
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

    private final Shape.PairOf shape;
    private final int keyColumns;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final KeyIndex keys;
    private final List<ColumnBatch> batches = new ArrayList<>();
    private int[] numbers = new int[1 << 12];
    private int[] batchNumbers = new int[0];
    private int rows;

    /** Row after the last of each key in {@link #order}; null until all rows are there. */
    private int[] ends;

    private long[] order;
    private RowGather values;
    private final Object[] piece = new Object[PIECE_ROWS];
    private int pieceFrom;
    private int pieceTo;
    private int taken;

    /** @param shape of the pairs, one that {@link #knows} approves of */
    public GroupedValues(Shape shape, ValueSerializer serializer, ClassLoader loader) {
        this.shape = (Shape.PairOf) shape;
        this.keyColumns = ColumnLayout.columnCount(this.shape.key());
        this.serializer = serializer;
        this.loader = loader;
        this.keys = KeyIndex.of(this.shape.key());
    }

    /** Whether pairs of a shape can be collected here. */
    public static boolean knows(Shape shape, ClassLoader loader) {
        return shape instanceof Shape.PairOf pair && KeyIndex.knows(pair.key(), loader);
    }

    /**
     * Adds all rows of a batch, which it keeps; or returns false, having changed nothing, when it has another shape or a
     * key with a null.
     */
    public boolean add(ColumnBatch batch) {
        if (!shape.equals(batch.shape()) || !KeyIndex.takes(shape.key(), batch.columns(), batch.rows())) {
            return false;
        }
        int count = batch.rows();
        reserve(count);
        if (batchNumbers.length < count) {
            batchNumbers = new int[count];
        }
        keys.number(batch.columns(), count, 0, count, batchNumbers);
        System.arraycopy(batchNumbers, 0, numbers, rows, count);
        rows += count;
        batches.add(batch);
        return true;
    }

    private void reserve(int more) {
        long needed = rows + (long) more;
        if (needed > MOST_ROWS) {
            throw new QuiverException("One task groups " + needed
                    + " rows, more than an array can hold. Use more partitions for this operator.");
        }
        if (needed > numbers.length) {
            numbers = Arrays.copyOf(numbers, (int) Math.min(MOST_ROWS, Math.max(needed, numbers.length * 2L)));
        }
    }

    /** What was added, as it came. */
    public List<ColumnBatch> batches() {
        return batches;
    }

    /** Puts the next keys with their lists into an array from its start; returns how many, or 0 when all were taken. */
    public int take(Object[] into) {
        if (ends == null) {
            bringTogether();
        }
        int count = Math.min(into.length, keys.size() - taken);
        if (count == 0) {
            return 0;
        }
        new RowReader(new ColumnBatch(shape.key(), count, keys.keys(taken, count)), serializer, loader).read(0, into);
        for (int index = 0; index < count; index++, taken++) {
            into[index] = new Pair<>(into[index], list(taken == 0 ? 0 : ends[taken - 1], ends[taken]));
        }
        return count;
    }

    private List<Object> list(int from, int to) {
        List<Object> list = new ArrayList<>(to - from);
        for (int row = from; row < to; row++) {
            if (row == pieceTo) {
                read(row);
            }
            list.add(piece[row - pieceFrom]);
        }
        return list;
    }

    /** Makes the objects of the next rows. */
    private void read(int from) {
        int count = Math.min(PIECE_ROWS, rows - from);
        ColumnBatch next = new ColumnBatch(shape.value(), count, values.take(order, from, count));
        new RowReader(next, serializer, loader).read(0, piece);
        pieceFrom = from;
        pieceTo = from + count;
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
        order = new long[rows];
        int row = 0;
        for (int index = 0; index < batches.size(); index++) {
            long first = RowGather.id(index, 0);
            int count = batches.get(index).rows();
            for (int at = 0; at < count; at++) {
                order[next[numbers[row++]]++] = first + at;
            }
        }
        if (rows > 0) {
            values = RowGather.of(batches, keyColumns, batches.get(0).columns().size());
        }
        numbers = null;
        ends = next;
    }
}
