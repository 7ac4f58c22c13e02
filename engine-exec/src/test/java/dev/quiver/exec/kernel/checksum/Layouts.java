package dev.quiver.exec.kernel.checksum;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The same rows in other arrays: with room before and behind, rubbish under nulls, and null bits where none is needed. */
final class Layouts {
    private final Random random;

    Layouts(Random random) {
        this.random = random;
    }

    /** The rows {@code [from, to)} of a batch, laid out anew. */
    ColumnBatch anew(ColumnBatch batch, int from, int to) {
        List<Column> columns = new ArrayList<>();
        for (Column column : batch.columns()) {
            columns.add(anew(column, from, to));
        }
        return new ColumnBatch(batch.shape(), to - from, columns);
    }

    private Column anew(Column column, int from, int to) {
        int rows = to - from;
        int length = rows + random.nextInt(5);
        long[] nulls = nulls(column, from, to);
        if (column instanceof Column.Longs longs) {
            long[] values = random.longs(length).toArray();
            for (int row = 0; row < rows; row++) {
                values[row] = longs.isNull(from + row) ? values[row] : longs.values()[from + row];
            }
            return new Column.Longs(values, nulls);
        } else if (column instanceof Column.Ints ints) {
            int[] values = random.ints(length).toArray();
            for (int row = 0; row < rows; row++) {
                values[row] = ints.isNull(from + row) ? values[row] : ints.values()[from + row];
            }
            return new Column.Ints(values, nulls);
        } else if (column instanceof Column.Doubles doubles) {
            double[] values = random.doubles(length).toArray();
            for (int row = 0; row < rows; row++) {
                values[row] = doubles.isNull(from + row) ? values[row] : doubles.values()[from + row];
            }
            return new Column.Doubles(values, nulls);
        } else if (column instanceof Column.Floats floats) {
            float[] values = new float[length];
            for (int row = 0; row < rows; row++) {
                values[row] = floats.isNull(from + row) ? random.nextFloat() : floats.values()[from + row];
            }
            return new Column.Floats(values, nulls);
        } else if (column instanceof Column.Shorts shorts) {
            short[] values = new short[length];
            for (int row = 0; row < rows; row++) {
                values[row] = shorts.isNull(from + row) ? (short) random.nextInt() : shorts.values()[from + row];
            }
            return new Column.Shorts(values, nulls);
        } else if (column instanceof Column.Bytes bytes) {
            byte[] values = new byte[length];
            random.nextBytes(values);
            for (int row = 0; row < rows; row++) {
                values[row] = bytes.isNull(from + row) ? values[row] : bytes.values()[from + row];
            }
            return new Column.Bytes(values, nulls);
        } else if (column instanceof Column.Slices slices) {
            int before = random.nextInt(20);
            int start = slices.offsets()[from];
            int size = slices.offsets()[to] - start;
            byte[] data = new byte[before + size + random.nextInt(20)];
            random.nextBytes(data);
            System.arraycopy(slices.data(), start, data, before, size);
            return new Column.Slices(data, offsets(slices.offsets(), from, to, before), nulls);
        }
        Column.Lists lists = (Column.Lists) column;
        ColumnBatch elements = lists.elements();
        int start = lists.offsets()[from];
        // The elements of other rows may stand before and behind.
        int first = random.nextBoolean() ? 0 : start;
        int end = random.nextBoolean() ? elements.rows() : lists.offsets()[to];
        return new Column.Lists(offsets(lists.offsets(), from, to, start - first), anew(elements, first, end), nulls);
    }

    private int[] offsets(int[] offsets, int from, int to, int first) {
        int[] moved = new int[to - from + 1 + random.nextInt(5)];
        for (int row = from; row <= to; row++) {
            moved[row - from] = offsets[row] - offsets[from] + first;
        }
        return moved;
    }

    private long[] nulls(Column column, int from, int to) {
        long[] bits = new long[(to - from + 63 >>> 6) + random.nextInt(2)];
        boolean any = false;
        for (int row = from; row < to; row++) {
            if (column.isNull(row)) {
                bits[row - from >>> 6] |= 1L << row - from;
                any = true;
            }
        }
        return any || random.nextBoolean() ? bits : null;
    }
}
