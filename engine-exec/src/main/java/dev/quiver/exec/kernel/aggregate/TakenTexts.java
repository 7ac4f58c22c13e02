package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Keys and values on their way out of the tables, as a batch. */
final class TakenTexts {
    private static final int MOST_ROWS = 8192;
    private static final int WORDS_BYTES = 2 * Long.BYTES;

    private final long[] values = new long[MOST_ROWS];
    private int[] offsets = new int[MOST_ROWS + 1];
    private byte[] data = new byte[MOST_ROWS * 8];
    private int count;

    boolean isFull() {
        return count == MOST_ROWS;
    }

    /** Takes keys from a place on; returns the first place that was not looked at. */
    int take(TextTable table, int from) {
        long[] slots = table.slots;
        int at = from;
        for (; at < slots.length && !isFull(); at += 2) {
            long place = slots[at];
            if (place != 0) {
                int length = TextTable.length(place);
                int start = room(length);
                table.write(place, data, start);
                add(length, slots[at + 1]);
            }
        }
        return at;
    }

    /** As with the other table. */
    int take(WideTable table, int from) {
        long[] slots = table.slots;
        int at = from;
        for (; at < slots.length && !isFull(); at += WideTable.PLACE) {
            long second = slots[at + 1];
            if (second != 0) {
                int length = WideTable.length(second);
                int start = room(length);
                TextTable.WORD.set(data, start, slots[at]);
                TextTable.WORD.set(data, start + Long.BYTES, second);
                add(length, slots[at + 2]);
            }
        }
        return at;
    }

    /** Where the next key goes; there is room for two words more than it has bytes, so that words can be written. */
    private int room(int length) {
        int used = offsets[count];
        if (used + length + WORDS_BYTES > data.length) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, used + length + WORDS_BYTES));
        }
        return used;
    }

    private void add(int length, long value) {
        values[count++] = value;
        offsets[count] = offsets[count - 1] + length;
    }

    /** What was taken, or null when there is nothing. */
    ColumnBatch batch(Shape.PairOf shape) {
        if (count == 0) {
            return null;
        }
        long[] bits = values;
        if (count < MOST_ROWS / 2) {
            data = Arrays.copyOf(data, offsets[count]);
            offsets = Arrays.copyOf(offsets, count + 1);
            bits = Arrays.copyOf(values, count);
        }
        return new ColumnBatch(
                shape,
                count,
                List.of(new Column.Slices(data, offsets, null), Primitives.column(shape.value(), bits, count)));
    }
}
