package dev.quiver.exec.kernel.gather;

import dev.quiver.exec.column.Column;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Columns of values of any length. Where all values have one length, as keys and records of fixed size do, places are
 * reckoned instead of read: rows in any order lie all over memory, and each look at offsets would wait for it once more.
 */
final class SlicesGather extends ColumnGather {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NO_ROWS = -2;

    private final byte[][] data;
    private final int[][] offsets;

    /** Bytes of every row of each source: -1 when they differ, {@code NO_ROWS} when it has none. */
    private final int[] widths;

    /** Bytes of every row, or -1 when they differ. */
    private int width;

    /** @param rows how many rows each source has */
    SlicesGather(Column[] sources, int[] rows) {
        super(sources);
        this.data = arrays(sources, byte[][]::new, source -> ((Column.Slices) source).data());
        this.offsets = arrays(sources, int[][]::new, source -> ((Column.Slices) source).offsets());
        this.widths = new int[sources.length];
        for (int source = 0; source < widths.length; source++) {
            widths[source] = width(offsets[source], rows[source]);
        }
        this.width = common();
    }

    private static int width(int[] places, int rows) {
        if (rows == 0) {
            return NO_ROWS;
        }
        int first = places[1] - places[0];
        int different = places[0];
        for (int row = 1; row < rows; row++) {
            different |= places[row + 1] - places[row] ^ first;
        }
        return different == 0 ? first : -1;
    }

    private int common() {
        int common = NO_ROWS;
        for (int each : widths) {
            if (each != NO_ROWS) {
                common = common == NO_ROWS || common == each ? each : -1;
            }
        }
        return common == NO_ROWS ? -1 : common;
    }

    @Override
    boolean replace(int source, Column column, int rows) {
        Column.Slices slices = (Column.Slices) column;
        data[source] = slices.data();
        offsets[source] = slices.offsets();
        widths[source] = width(slices.offsets(), rows);
        width = common();
        return super.replace(source, column, rows);
    }

    @Override
    Column take(long[] ids, int from, int count) {
        return width < 0 ? ragged(ids, from, count) : even(ids, from, count);
    }

    private Column even(long[] ids, int from, int count) {
        byte[] taken = new byte[bounded((long) width * count, count)];
        int[] ends = new int[count + 1];
        int at = 0;
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            copy(data[(int) (id >>> 32)], (int) id * width, taken, at, width);
            at += width;
            ends[row + 1] = at;
        }
        return new Column.Slices(taken, ends, nullsOf(ids, from, count));
    }

    private Column ragged(long[] ids, int from, int count) {
        int[] ends = new int[count + 1];
        int[] starts = new int[count];
        long total = 0;
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int[] places = offsets[(int) (id >>> 32)];
            starts[row] = places[(int) id];
            total += places[(int) id + 1] - starts[row];
            ends[row + 1] = (int) total;
        }
        byte[] taken = new byte[bounded(total, count)];
        for (int row = 0; row < count; row++) {
            copy(data[(int) (ids[from + row] >>> 32)], starts[row], taken, ends[row], ends[row + 1] - ends[row]);
        }
        return new Column.Slices(taken, ends, nullsOf(ids, from, count));
    }

    private static int bounded(long bytes, int count) {
        requireRoom(count, bytes, "bytes", MOST_VALUES);
        return (int) bytes;
    }

    private static void copy(byte[] from, int start, byte[] into, int at, int length) {
        // Two words, which may overlap, cost less than a call.
        if (length >= Long.BYTES && length <= 2 * Long.BYTES) {
            long last = (long) WORD.get(from, start + length - Long.BYTES);
            WORD.set(into, at, (long) WORD.get(from, start));
            WORD.set(into, at + length - Long.BYTES, last);
        } else {
            System.arraycopy(from, start, into, at, length);
        }
    }
}
