package dev.quiver.exec.kernel.sort;

import dev.quiver.exec.column.Column;
import dev.quiver.shape.Shape;

/** Keys of one width as longs in the same order, and back. The order against it is that of the complements. */
enum FixedKeys {
    LONGS {
        @Override
        void encode(Column column, int rows, long flip, long[] into, int at) {
            long[] values = ((Column.Longs) column).values();
            for (int row = 0; row < rows; row++) {
                into[at + row] = values[row] ^ flip;
            }
        }

        @Override
        Column decode(long[] keys, int from, int count, long flip) {
            long[] values = new long[count];
            for (int row = 0; row < count; row++) {
                values[row] = keys[from + row] ^ flip;
            }
            return new Column.Longs(values, null);
        }
    },
    INTS {
        @Override
        void encode(Column column, int rows, long flip, long[] into, int at) {
            int[] values = ((Column.Ints) column).values();
            for (int row = 0; row < rows; row++) {
                into[at + row] = values[row] ^ flip;
            }
        }

        @Override
        Column decode(long[] keys, int from, int count, long flip) {
            int[] values = new int[count];
            for (int row = 0; row < count; row++) {
                values[row] = (int) (keys[from + row] ^ flip);
            }
            return new Column.Ints(values, null);
        }
    },
    /** In the order of {@code Double.compare}: all NaN are one, above all else, and -0.0 is below 0.0. */
    DOUBLES {
        @Override
        void encode(Column column, int rows, long flip, long[] into, int at) {
            double[] values = ((Column.Doubles) column).values();
            for (int row = 0; row < rows; row++) {
                long bits = Double.doubleToLongBits(values[row]);
                into[at + row] = mirrored(bits) ^ flip;
            }
        }

        @Override
        Column decode(long[] keys, int from, int count, long flip) {
            double[] values = new double[count];
            for (int row = 0; row < count; row++) {
                values[row] = Double.longBitsToDouble(mirrored(keys[from + row] ^ flip));
            }
            return new Column.Doubles(values, null);
        }

        /** Turns the order of negative numbers round; its own inverse. */
        private long mirrored(long bits) {
            return bits ^ bits >> 63 >>> 1;
        }
    };

    /**
     * Puts the keys of the first rows of a column into an array.
     *
     * @param flip 0 for ascending order, -1 for descending
     */
    abstract void encode(Column column, int rows, long flip, long[] into, int at);

    /** The column of keys {@code keys[from, from + count)}. */
    abstract Column decode(long[] keys, int from, int count, long flip);

    /** How keys of a shape are encoded, or null when they are of another kind. */
    static FixedKeys of(Shape key) {
        if (key == Shape.Scalar.LONG || key == Shape.Scalar.LOCAL_DATE || key == Shape.Scalar.LOCAL_TIME) {
            return LONGS;
        }
        if (key == Shape.Scalar.INT) {
            return INTS;
        }
        return key == Shape.Scalar.DOUBLE ? DOUBLES : null;
    }
}
