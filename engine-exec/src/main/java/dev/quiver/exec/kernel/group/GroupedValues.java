package dev.quiver.exec.kernel.group;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.exec.kernel.key.Growth;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.exec.memory.HeldMemory;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Pairs collected by key. Keys are numbered as they come, and batches are kept as they are; at the end the rows' names are
 * brought together by counting, and {@link ValueLists} are made from them. Belongs to one task.
 */
public final class GroupedValues {
    private static final int MOST_ROWS = Integer.MAX_VALUE - 16;

    private final Shape.PairOf shape;
    private final int keyColumns;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final KeyIndex keys;
    private final RowSizes sizes;
    private final List<ColumnBatch> batches = new ArrayList<>();
    private int[] numbers = new int[1 << 12];
    private int[] batchNumbers = new int[0];
    private int rows;
    private long batchBytes;
    private long valueBytes;

    /** @param shape of the pairs, one that {@link #knows} approves of */
    public GroupedValues(Shape shape, ValueSerializer serializer, ClassLoader loader) {
        this.shape = (Shape.PairOf) shape;
        this.keyColumns = ColumnLayout.columnCount(this.shape.key());
        this.serializer = serializer;
        this.loader = loader;
        this.keys = KeyIndex.of(this.shape.key());
        this.sizes = new RowSizes(serializer, loader);
    }

    /** Whether pairs of a shape can be collected here. */
    public static boolean knows(Shape shape, ClassLoader loader) {
        return shape instanceof Shape.PairOf pair && KeyIndex.knows(pair.key(), loader);
    }

    /** Whether a batch can be added: not when it has another shape or a key with a null. */
    public boolean takes(ColumnBatch batch) {
        return shape.equals(batch.shape()) && KeyIndex.takes(shape.key(), batch.columns(), batch.rows());
    }

    /** Adds all rows of a batch that {@link #takes} approved of, and keeps it. */
    public void add(ColumnBatch batch) {
        int count = batch.rows();
        reserve(count);
        if (batchNumbers.length < count) {
            batchNumbers = new int[count];
        }
        keys.number(batch.columns(), count, 0, count, batchNumbers);
        System.arraycopy(batchNumbers, 0, numbers, rows, count);
        rows += count;
        batches.add(batch);
        batchBytes += batch.sizeBytes();
        valueBytes += sizes.ofRows(new ColumnBatch(
                shape.value(),
                count,
                batch.columns().subList(keyColumns, batch.columns().size())));
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

    /** How many rows were added. */
    public int rows() {
        return rows;
    }

    /** Most bytes that it takes once a batch is added and rows are brought together, but for the lists. */
    public long bytesWith(ColumnBatch batch) {
        Growth growth = new Growth();
        keys.growth(batch.columns(), 0, batch.rows(), growth);
        return bytes(growth, rows + (long) batch.rows(), batchBytes + batch.sizeBytes());
    }

    private long bytes(Growth growth, long atRows, long ofBatches) {
        growth.array(numbers.length, atRows, Integer.BYTES);
        return growth.peakBytes() + ofBatches + atRows * Long.BYTES + (long) keys.size() * Integer.BYTES;
    }

    /** The key that has more than such a part of the rows added; null when none has. */
    public Object frequentKey(double part) {
        int[] counts = new int[keys.size()];
        int most = 0;
        for (int row = 0; row < rows; row++) {
            int number = numbers[row];
            counts[number]++;
            most = counts[number] > counts[most] ? number : most;
        }
        return rows == 0 || counts[most] <= part * rows
                ? null
                : new RowReader(new ColumnBatch(shape.key(), 1, keys.keys(most, 1)), serializer, loader).row(0);
    }

    /** Gives up what was added, as it came. Of no use afterwards. */
    public Deque<ColumnBatch> giveUp() {
        Deque<ColumnBatch> all = new ArrayDeque<>(batches);
        batches.clear();
        return all;
    }

    /**
     * Brings the rows of each key together. Nothing may be added any more.
     *
     * @param memory in which everything here is held; borrowed
     */
    public ValueLists lists(HeldMemory memory) {
        Growth growth = new Growth();
        keys.growth(List.of(), 0, 0, growth);
        long held = bytes(growth, rows, batchBytes);
        int[] next = new int[keys.size()];
        for (int row = 0; row < rows; row++) {
            next[numbers[row]]++;
        }
        int start = 0;
        int most = 0;
        for (int number = 0; number < next.length; number++) {
            int size = next[number];
            next[number] = start;
            start += size;
            most = Math.max(most, size);
        }
        long[] order = new long[rows];
        int row = 0;
        for (int index = 0; index < batches.size(); index++) {
            long first = RowGather.id(index, 0);
            int count = batches.get(index).rows();
            for (int at = 0; at < count; at++) {
                order[next[numbers[row++]]++] = first + at;
            }
        }
        numbers = null;
        RowGather values = rows == 0
                ? null
                : RowGather.of(batches, keyColumns, batches.get(0).columns().size());
        return new ValueLists(
                shape,
                keys,
                order,
                next,
                values,
                new ListMemory(memory, held, most, rows, valueBytes),
                serializer,
                loader);
    }
}
