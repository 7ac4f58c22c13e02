package dev.quiver.exec.kernel.group;

import dev.quiver.Pair;
import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.RowReader;
import dev.quiver.exec.kernel.gather.RowGather;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.exec.memory.RowSizes;
import dev.quiver.serializer.ValueSerializer;
import dev.quiver.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of a key and its values in an ordinary array list, which belongs to whoever takes it. Objects are made only when
 * their key is taken. Belongs to one task.
 */
public final class ValueLists {
    private static final int PIECE_ROWS = 4096;
    private static final long PIECE_BYTES = 1 << 20;
    private static final int GIVEN_ROWS = 1 << 16;

    private final Shape.PairOf shape;
    private final KeyIndex keys;

    /** Names of the rows, those of a key together. */
    private final long[] order;

    /** Row after the last of each key in {@link #order}. */
    private final int[] ends;

    private final RowGather values;
    private final ListMemory memory;
    private final ValueSerializer serializer;
    private final ClassLoader loader;
    private final RowSizes sizes;
    private final Object[] piece;
    private int pieceFrom;
    private int pieceTo;
    private long pieceBytes;
    private int taken;
    private long takenBytes;

    /** Takes the keys that are left, with their values. */
    public interface Rest {
        /** @param keys pairs of a key and a list of how many values it has; borrowed */
        void keys(ColumnBatch keys) throws Exception;

        /** @param values of the keys, in their order; borrowed */
        void values(ColumnBatch values) throws Exception;
    }

    ValueLists(
            Shape.PairOf shape,
            KeyIndex keys,
            long[] order,
            int[] ends,
            RowGather values,
            ListMemory memory,
            ValueSerializer serializer,
            ClassLoader loader) {
        this.shape = shape;
        this.keys = keys;
        this.order = order;
        this.ends = ends;
        this.values = values;
        this.memory = memory;
        this.serializer = serializer;
        this.loader = loader;
        this.sizes = new RowSizes(serializer, loader);
        this.piece = new Object[(int) Math.max(1, Math.min(PIECE_ROWS, PIECE_BYTES / Math.max(1, memory.perValue())))];
    }

    /**
     * Holds the memory that the largest list takes; says whether there is room for it.
     *
     * @param orFail whether nothing else can be done without it
     */
    public boolean tryHold(boolean orFail) {
        return memory.tryHold(orFail);
    }

    /**
     * Puts the next keys with their lists into an array from its start, as many as memory is held for.
     *
     * @return how many, or 0 when all were taken
     * @throws dev.quiver.exec.task.MemoryExceeded when a list takes much more than its number of values suggested
     */
    public int take(Object[] into) {
        // The lists taken before must not be kept by what is overwritten now.
        Arrays.fill(into, null);
        int count = count(Math.min(into.length, keys.size() - taken));
        if (count == 0) {
            return 0;
        }
        new RowReader(new ColumnBatch(shape.key(), count, keys.keys(taken, count)), serializer, loader).read(0, into);
        for (int index = 0; index < count; index++, taken++) {
            into[index] = new Pair<>(into[index], list(into[index], start(taken), ends[taken]));
        }
        return count;
    }

    private int start(int number) {
        return number == 0 ? 0 : ends[number - 1];
    }

    private int count(int most) {
        long bytes = 0;
        int count = 0;
        while (count < most) {
            int number = taken + count;
            bytes += memory.bytes(ends[number] - start(number));
            if (count > 0 && bytes > memory.most()) {
                break;
            }
            takenBytes = bytes;
            count++;
        }
        return count;
    }

    /** Whether all keys were taken. */
    public boolean isEmpty() {
        return taken == ends.length;
    }

    /** Bytes of a value as an object, about. */
    public double valueBytes() {
        return memory.perValue();
    }

    /** Bytes of the largest list that is left, and of those just taken, whichever is more; about. */
    public long mostLeft() {
        long most = 0;
        for (int number = taken; number < ends.length; number++) {
            most = Math.max(most, ends[number] - start(number));
        }
        return Math.max(takenBytes, memory.bytes(most));
    }

    /** Gives up all keys that were not taken, as columns. Of no use afterwards. @param bytes of values at a time, about */
    public void giveUp(Rest into, long bytes) throws Exception {
        int rowsAtATime = (int) Math.max(1, Math.min(GIVEN_ROWS, bytes / Math.max(1, memory.perValue())));
        for (int row = start(taken); row < order.length; row += rowsAtATime) {
            int count = Math.min(rowsAtATime, order.length - row);
            into.values(new ColumnBatch(shape.value(), count, values.take(order, row, count)));
        }
        while (taken < ends.length) {
            int count = Math.min(PIECE_ROWS, ends.length - taken);
            int[] sizes = new int[count];
            int[] offsets = new int[count + 1];
            for (int index = 0; index < count; index++) {
                sizes[index] = ends[taken + index] - start(taken + index);
                offsets[index + 1] = index + 1;
            }
            List<Column> columns = new ArrayList<>(keys.keys(taken, count));
            columns.add(new Column.Lists(
                    offsets, new ColumnBatch(Shape.Scalar.INT, count, List.of(new Column.Ints(sizes, null))), null));
            into.keys(
                    new ColumnBatch(new Shape.PairOf(shape.key(), new Shape.ListOf(Shape.Scalar.INT)), count, columns));
            taken += count;
        }
    }

    private List<Object> list(Object key, int from, int to) {
        List<Object> list = new ArrayList<>(to - from);
        long bytes = 0;
        for (int row = from; row < to; row++) {
            if (row == pieceTo) {
                read(row);
                bytes += pieceBytes;
                memory.require(bytes, key, to - from, pieceTo - from);
            }
            list.add(piece[row - pieceFrom]);
        }
        return list;
    }

    /** Makes the objects of the next rows. */
    private void read(int from) {
        int count = Math.min(piece.length, order.length - from);
        ColumnBatch next = new ColumnBatch(shape.value(), count, values.take(order, from, count));
        new RowReader(next, serializer, loader).read(0, piece);
        pieceFrom = from;
        pieceTo = from + count;
        pieceBytes = sizes.ofRows(next);
    }
}
