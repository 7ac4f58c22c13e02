package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import java.util.List;

/** Values of at most eight bytes, which travel through the sort beside the key instead of the row's name. */
enum ValueBits {
    LONGS {
        @Override
        void encode(Column column, int rows, long[] into, int at) {
            System.arraycopy(((Column.Longs) column).values(), 0, into, at, rows);
        }

        @Override
        Column decode(long[] bits, int from, int count) {
            return new Column.Longs(java.util.Arrays.copyOfRange(bits, from, from + count), null);
        }
    },
    INTS {
        @Override
        void encode(Column column, int rows, long[] into, int at) {
            int[] values = ((Column.Ints) column).values();
            for (int row = 0; row < rows; row++) {
                into[at + row] = values[row];
            }
        }

        @Override
        Column decode(long[] bits, int from, int count) {
            int[] values = new int[count];
            for (int row = 0; row < count; row++) {
                values[row] = (int) bits[from + row];
            }
            return new Column.Ints(values, null);
        }
    },
    DOUBLES {
        @Override
        void encode(Column column, int rows, long[] into, int at) {
            double[] values = ((Column.Doubles) column).values();
            for (int row = 0; row < rows; row++) {
                into[at + row] = Double.doubleToRawLongBits(values[row]);
            }
        }

        @Override
        Column decode(long[] bits, int from, int count) {
            double[] values = new double[count];
            for (int row = 0; row < count; row++) {
                values[row] = Double.longBitsToDouble(bits[from + row]);
            }
            return new Column.Doubles(values, null);
        }
    };

    abstract void encode(Column column, int rows, long[] into, int at);

    abstract Column decode(long[] bits, int from, int count);

    /** How the values of pairs are carried; null when they are not one number, or some are null. */
    static ValueBits of(List<ColumnBatch> batches) {
        for (ColumnBatch batch : batches) {
            if (batch.columns().size() != 2 || batch.columns().get(1).nulls() != null) {
                return null;
            }
        }
        Column first = batches.get(0).columns().get(1);
        if (first instanceof Column.Longs) {
            return LONGS;
        }
        if (first instanceof Column.Ints) {
            return INTS;
        }
        return first instanceof Column.Doubles ? DOUBLES : null;
    }
}
