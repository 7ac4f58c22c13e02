package dev.quiver.exec.kernel.key;

import dev.quiver.exec.column.Column;
import java.util.Arrays;

/** Primitives, kept as the bits of a long. Floating-point numbers are equal as {@code Double.equals} says. */
final class NumberKeyColumn extends KeyColumn {
    private final Column kind;
    private long[] values = new long[64];
    private long[] batch = new long[0];

    /** @param kind a column of the kind that is to be returned */
    NumberKeyColumn(Column kind) {
        this.kind = kind;
    }

    @Override
    void open(Column column, int rows) {
        if (column instanceof Column.Longs longs) {
            batch = longs.values();
            return;
        }
        // The array of a column of longs belongs to its batch.
        if (kind instanceof Column.Longs || batch.length < rows) {
            batch = new long[rows];
        }
        for (int row = 0; row < rows; row++) {
            batch[row] = bits(column, row);
        }
    }

    private static long bits(Column column, int row) {
        if (column instanceof Column.Ints ints) {
            return ints.values()[row];
        }
        if (column instanceof Column.Doubles doubles) {
            return Double.doubleToLongBits(doubles.values()[row]);
        }
        if (column instanceof Column.Shorts shorts) {
            return shorts.values()[row];
        }
        if (column instanceof Column.Bytes bytes) {
            return bytes.values()[row];
        }
        return Float.floatToIntBits(((Column.Floats) column).values()[row]);
    }

    @Override
    boolean isSame(int number, int row) {
        return values[number] == batch[row];
    }

    @Override
    void add(int number, int row) {
        if (number == values.length) {
            values = Arrays.copyOf(values, number * 2);
        }
        values[number] = batch[row];
    }

    @Override
    void growth(int keys, Column column, int from, int to, Growth into) {
        into.array(values.length, keys + (long) to - from, Long.BYTES);
    }

    @Override
    Column copy(int from, int count) {
        if (kind instanceof Column.Longs) {
            return new Column.Longs(Arrays.copyOfRange(values, from, from + count), null);
        }
        if (kind instanceof Column.Ints) {
            int[] ints = new int[count];
            for (int index = 0; index < count; index++) {
                ints[index] = (int) values[from + index];
            }
            return new Column.Ints(ints, null);
        }
        if (kind instanceof Column.Doubles) {
            double[] doubles = new double[count];
            for (int index = 0; index < count; index++) {
                doubles[index] = Double.longBitsToDouble(values[from + index]);
            }
            return new Column.Doubles(doubles, null);
        }
        if (kind instanceof Column.Shorts) {
            short[] shorts = new short[count];
            for (int index = 0; index < count; index++) {
                shorts[index] = (short) values[from + index];
            }
            return new Column.Shorts(shorts, null);
        }
        if (kind instanceof Column.Bytes) {
            byte[] bytes = new byte[count];
            for (int index = 0; index < count; index++) {
                bytes[index] = (byte) values[from + index];
            }
            return new Column.Bytes(bytes, null);
        }
        float[] floats = new float[count];
        for (int index = 0; index < count; index++) {
            floats[index] = Float.intBitsToFloat((int) values[from + index]);
        }
        return new Column.Floats(floats, null);
    }
}
