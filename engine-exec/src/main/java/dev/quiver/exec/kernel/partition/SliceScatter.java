package dev.quiver.exec.kernel.partition;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A column of texts, byte arrays or serialized values. */
final class SliceScatter extends ColumnScatter {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int FIRST_BYTES_PER_ROW = 8;
    private static final int MOST_FIRST_BYTES = 1 << 16;
    private static final int GROWTH = 4;
    private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

    private final byte[][] data;
    private final int[][] ends;

    SliceScatter(int partitionCount) {
        super(partitionCount);
        this.data = new byte[partitionCount][];
        this.ends = new int[partitionCount][];
    }

    @Override
    void reserve(int partition, int capacity) {
        int[] offsets = ends[partition];
        if (offsets == null) {
            ends[partition] = new int[capacity + 1];
        } else if (offsets.length <= capacity) {
            ends[partition] = Arrays.copyOf(offsets, capacity + 1);
        }
        if (data[partition] == null) {
            data[partition] = new byte[(int) Math.min(MOST_FIRST_BYTES, (long) capacity * FIRST_BYTES_PER_ROW)];
        }
    }

    @Override
    long scatter(Column column, int[] targets, int[] places, int rows) {
        Column.Slices slices = (Column.Slices) column;
        byte[] from = slices.data();
        int[] offsets = slices.offsets();
        int start = offsets[0];
        int longest = 0;
        for (int row = 0; row < rows; row++) {
            int end = offsets[row + 1];
            int target = targets[row];
            int place = places[row];
            int[] partEnds = ends[target];
            int used = partEnds[place];
            byte[] into = data[target];
            int length = end - start;
            // Short values are copied as one word where both arrays reach so far; the next value overwrites the rest.
            if (length <= 8 && start <= from.length - 8 && used <= into.length - 8) {
                WORD.set(into, used, (long) WORD.get(from, start));
            } else {
                if (length > into.length - used) {
                    into = data[target] = Arrays.copyOf(into, grown(into.length, used + (long) length));
                }
                System.arraycopy(from, start, into, used, length);
            }
            partEnds[place + 1] = used + length;
            longest = Math.max(longest, used + length);
            start = end;
        }
        if (longest >= FULL_BYTES) {
            foundFull();
        }
        scatterNulls(column, targets, places, rows);
        return offsets[rows] - offsets[0];
    }

    private static int grown(int length, long needed) {
        if (needed > MOST_BYTES) {
            throw new QuiverException("Rows of one reduce partition hold " + needed + " bytes in one column, more than"
                    + " an array can. Use more partitions, or put large values into files and pass their paths.");
        }
        return (int) Math.min(MOST_BYTES, Math.max(needed, (long) length * (length < FULL_BYTES >> 2 ? GROWTH : 2)));
    }

    @Override
    int rowBytes() {
        return 4;
    }

    @Override
    Column seal(int partition, int rows) {
        int[] offsets = ends[partition];
        byte[] bytes = data[partition];
        int used = offsets[rows];
        boolean copies = keeps(bytes.length);
        if (!copies) {
            data[partition] = null;
        }
        return new Column.Slices(
                copies || wasteful(bytes.length, used) ? Arrays.copyOf(bytes, used) : bytes,
                Arrays.copyOf(offsets, rows + 1),
                sealNulls(partition, rows));
    }

    @Override
    boolean isFull(int partition, int rows) {
        return ends[partition] != null && ends[partition][rows] >= FULL_BYTES;
    }
}
