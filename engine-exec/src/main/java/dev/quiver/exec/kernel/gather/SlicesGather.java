package dev.quiver.exec.kernel.gather;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;

/** Columns of values of any length. */
final class SlicesGather extends ColumnGather {
    private final byte[][] data;
    private final int[][] offsets;

    SlicesGather(Column[] sources) {
        super(sources);
        this.data = arrays(sources, byte[][]::new, source -> ((Column.Slices) source).data());
        this.offsets = arrays(sources, int[][]::new, source -> ((Column.Slices) source).offsets());
    }

    @Override
    Column take(long[] ids, int from, int count) {
        int[] ends = new int[count + 1];
        long total = 0;
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int[] places = offsets[(int) (id >>> 32)];
            total += places[(int) id + 1] - places[(int) id];
            ends[row + 1] = (int) total;
        }
        if (total > Integer.MAX_VALUE - 16) {
            throw new QuiverException("A batch of " + count + " rows would hold " + total + " bytes in one column, more"
                    + " than an array can. One row is too large for the engine: split the value, or put it into a"
                    + " file and pass the path.");
        }
        byte[] taken = new byte[(int) total];
        for (int row = 0; row < count; row++) {
            long id = ids[from + row];
            int source = (int) (id >>> 32);
            int start = offsets[source][(int) id];
            System.arraycopy(data[source], start, taken, ends[row], ends[row + 1] - ends[row]);
        }
        return new Column.Slices(taken, ends, nullsOf(ids, from, count));
    }
}
