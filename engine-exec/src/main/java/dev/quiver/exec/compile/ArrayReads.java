package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What generated code calls to read text and arrays from columns, one method for each kind. Every call makes a new object:
 * user code may keep it and, if it is an array, change it, while columns are shared by all who read them. Where
 * {@link ArrayReuse} knows that it keeps none, the array of the row before is filled anew if it has the length.
 */
final class ArrayReads {
    private ArrayReads() {}

    /** The array behind a column of arrays. */
    static Object storage(Column.Lists column) {
        return ArrayKind.storageOf(column.elements().columns().get(0));
    }

    static String string(byte[] data, int[] offsets, int row) {
        int start = offsets[row];
        return new String(data, start, offsets[row + 1] - start, StandardCharsets.UTF_8);
    }

    /** Shares the bytes of the column, which nobody changes. */
    static Text text(byte[] data, int[] offsets, int row) {
        int start = offsets[row];
        return Text.wrap(data, start, offsets[row + 1] - start);
    }

    static byte[] bytes(byte[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static boolean[] booleans(byte[] data, int[] offsets, int row) {
        return ArrayKind.booleans(data, offsets[row], offsets[row + 1]);
    }

    static short[] shorts(short[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static char[] chars(short[] data, int[] offsets, int row) {
        return ArrayKind.chars(data, offsets[row], offsets[row + 1]);
    }

    static int[] ints(int[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static long[] longs(long[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static float[] floats(float[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static double[] doubles(double[] data, int[] offsets, int row) {
        return Arrays.copyOfRange(data, offsets[row], offsets[row + 1]);
    }

    static byte[] bytes(byte[] data, int[] offsets, int row, byte[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return bytes(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }

    static short[] shorts(short[] data, int[] offsets, int row, short[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return shorts(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }

    static int[] ints(int[] data, int[] offsets, int row, int[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return ints(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }

    static long[] longs(long[] data, int[] offsets, int row, long[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return longs(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }

    static float[] floats(float[] data, int[] offsets, int row, float[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return floats(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }

    static double[] doubles(double[] data, int[] offsets, int row, double[] last) {
        int length = offsets[row + 1] - offsets[row];
        if (last == null || last.length != length) {
            return doubles(data, offsets, row);
        }
        System.arraycopy(data, offsets[row], last, 0, length);
        return last;
    }
}
