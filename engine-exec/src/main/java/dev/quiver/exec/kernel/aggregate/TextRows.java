package dev.quiver.exec.kernel.aggregate;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.kernel.key.Primitives;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Rows that were merged one by one, put into columns again to be counted. Belongs to one task. */
final class TextRows {
    private static final int MOST_ROWS = 1024;
    private static final int WORDS_BYTES = 2 * Long.BYTES;

    private final Shape.PairOf shape;
    private final ContentBeforeMerging content;
    private final int[] offsets = new int[MOST_ROWS + 1];
    private final long[] values = new long[MOST_ROWS];
    private byte[] data = new byte[MOST_ROWS * 8];
    private int count;

    TextRows(Shape.PairOf shape, ContentBeforeMerging content) {
        this.shape = shape;
        this.content = content;
    }

    /** A key as {@link TextTable#shortKey} has it. */
    void add(long shortKey, long value) {
        int start = room();
        TextTable.WORD.set(data, start, shortKey);
        end(start + TextTable.length(shortKey), value);
    }

    /** A key as a {@link WideTable} has it. */
    void add(long first, long second, long value) {
        int start = room();
        TextTable.WORD.set(data, start, first);
        TextTable.WORD.set(data, start + Long.BYTES, second);
        end(start + WideTable.length(second), value);
    }

    /** A key of any length. @param key from its start */
    void add(byte[] key, int length, long value) {
        int start = room();
        if (start + length > data.length) {
            data = Arrays.copyOf(data, start + 2 * length);
        }
        System.arraycopy(key, 0, data, start, length);
        end(start + length, value);
    }

    private int room() {
        int used = offsets[count];
        if (used + WORDS_BYTES > data.length) {
            data = Arrays.copyOf(data, data.length * 2);
        }
        return used;
    }

    private void end(int at, long value) {
        values[count++] = value;
        offsets[count] = at;
        if (count == MOST_ROWS) {
            flush();
        }
    }

    /** Has everything counted that was added. */
    void flush() {
        if (count > 0) {
            ColumnBatch rows = new ColumnBatch(
                    shape,
                    count,
                    List.of(new Column.Slices(data, offsets, null), Primitives.column(shape.value(), values, count)));
            content.came(rows, 0, count);
            count = 0;
        }
    }
}
