package dev.quiver.exec.kernel.key;

import dev.quiver.QuiverException;
import dev.quiver.exec.column.Column;
import java.util.Arrays;

/** Texts. */
final class TextKeyColumn extends KeyColumn {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

    private byte[] data = new byte[1 << 10];
    private int[] offsets = new int[65];
    private byte[] batchData;
    private int[] batchOffsets;

    @Override
    void open(Column column, int rows) {
        Column.Slices slices = (Column.Slices) column;
        batchData = slices.data();
        batchOffsets = slices.offsets();
    }

    @Override
    boolean isSame(int number, int row) {
        return Arrays.equals(
                data, offsets[number], offsets[number + 1], batchData, batchOffsets[row], batchOffsets[row + 1]);
    }

    @Override
    void add(int number, int row) {
        int start = batchOffsets[row];
        int length = batchOffsets[row + 1] - start;
        int used = offsets[number];
        long needed = used + (long) length;
        if (needed > data.length) {
            if (needed > MOST_BYTES) {
                throw new QuiverException("The different keys of one task hold " + needed + " bytes of text, more than"
                        + " an array can. Use more partitions for this operator.");
            }
            data = Arrays.copyOf(data, (int) Math.min(MOST_BYTES, Math.max(needed, data.length * 2L)));
        }
        System.arraycopy(batchData, start, data, used, length);
        if (number + 2 > offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[number + 1] = used + length;
    }

    @Override
    void growth(int keys, Column column, int from, int to, Growth into) {
        long more = 0;
        if (column != null) {
            int[] places = ((Column.Slices) column).offsets();
            more = places[to] - places[from];
        }
        into.array(data.length, offsets[keys] + more, Byte.BYTES);
        into.array(offsets.length, keys + 1L + to - from, Integer.BYTES);
    }

    @Override
    Column copy(int from, int count) {
        int start = offsets[from];
        int[] ends = new int[count + 1];
        for (int index = 0; index <= count; index++) {
            ends[index] = offsets[from + index] - start;
        }
        return new Column.Slices(Arrays.copyOfRange(data, start, start + ends[count]), ends, null);
    }
}
