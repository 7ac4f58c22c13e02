package dev.quiver.exec.kernel.key;

import dev.quiver.exec.column.Column;
import dev.quiver.shape.Shape;

/** Values of one primitive column as the bits of a long, and back. */
public final class Primitives {
    private Primitives() {}

    /** Keys are equal when their bits are: as {@code Double.equals} says, all NaN are one key, and -0.0 is not 0.0. */
    public static boolean isKey(Shape shape) {
        return shape == Shape.Scalar.LONG
                || shape == Shape.Scalar.INT
                || shape == Shape.Scalar.SHORT
                || shape == Shape.Scalar.BYTE
                || shape == Shape.Scalar.CHAR
                || shape == Shape.Scalar.DOUBLE;
    }

    public static boolean isValue(Shape shape) {
        return shape == Shape.Scalar.LONG || shape == Shape.Scalar.INT || shape == Shape.Scalar.DOUBLE;
    }

    public static void keys(Column column, int from, int count, long[] into) {
        if (column instanceof Column.Doubles doubles) {
            double[] values = doubles.values();
            for (int row = 0; row < count; row++) {
                into[row] = Double.doubleToLongBits(values[from + row]);
            }
        } else {
            values(column, from, count, into);
        }
    }

    public static void values(Column column, int from, int count, long[] into) {
        if (column instanceof Column.Longs longs) {
            System.arraycopy(longs.values(), from, into, 0, count);
        } else if (column instanceof Column.Ints ints) {
            int[] values = ints.values();
            for (int row = 0; row < count; row++) {
                into[row] = values[from + row];
            }
        } else if (column instanceof Column.Shorts shorts) {
            short[] values = shorts.values();
            for (int row = 0; row < count; row++) {
                into[row] = values[from + row];
            }
        } else if (column instanceof Column.Bytes bytes) {
            byte[] values = bytes.values();
            for (int row = 0; row < count; row++) {
                into[row] = values[from + row];
            }
        } else {
            double[] values = ((Column.Doubles) column).values();
            for (int row = 0; row < count; row++) {
                into[row] = Double.doubleToRawLongBits(values[from + row]);
            }
        }
    }

    /** A column of the values whose bits are given. The array is copied, but for longs, which keep it. */
    public static Column column(Shape shape, long[] bits, int count) {
        switch ((Shape.Scalar) shape) {
            case LONG:
                return new Column.Longs(bits, null);
            case INT:
                int[] ints = new int[count];
                for (int row = 0; row < count; row++) {
                    ints[row] = (int) bits[row];
                }
                return new Column.Ints(ints, null);
            case DOUBLE:
                double[] doubles = new double[count];
                for (int row = 0; row < count; row++) {
                    doubles[row] = Double.longBitsToDouble(bits[row]);
                }
                return new Column.Doubles(doubles, null);
            case SHORT, CHAR:
                short[] shorts = new short[count];
                for (int row = 0; row < count; row++) {
                    shorts[row] = (short) bits[row];
                }
                return new Column.Shorts(shorts, null);
            case BYTE:
                byte[] bytes = new byte[count];
                for (int row = 0; row < count; row++) {
                    bytes[row] = (byte) bits[row];
                }
                return new Column.Bytes(bytes, null);
            default:
                throw new IllegalArgumentException("values of shape " + shape + " are not kept as the bits of a long");
        }
    }

    /** Whether a column holds a null among its first rows. */
    public static boolean hasNulls(Column column, int rows) {
        long[] bits = column.nulls();
        if (bits == null) {
            return false;
        }
        int whole = rows >>> 6;
        for (int word = 0; word < whole; word++) {
            if (bits[word] != 0) {
                return true;
            }
        }
        return (rows & 63) != 0 && (bits[whole] & (1L << rows) - 1) != 0;
    }

    /** The object that bits stand for. */
    public static Object boxed(Shape shape, long bits) {
        return switch ((Shape.Scalar) shape) {
            case LONG -> (Object) bits;
            case INT -> (int) bits;
            case SHORT -> (short) bits;
            case BYTE -> (byte) bits;
            case CHAR -> (char) bits;
            case DOUBLE -> Double.longBitsToDouble(bits);
            default -> throw new IllegalArgumentException("values of shape " + shape + " are not kept as bits");
        };
    }
}
