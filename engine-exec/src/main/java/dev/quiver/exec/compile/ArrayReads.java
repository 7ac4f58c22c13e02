package dev.quiver.exec.compile;

import dev.quiver.Text;
import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What generated code calls to read text and arrays from columns, one method for each kind. Every call makes a new object:
 * user code may keep it and, if it is an array, change it, while columns are shared by all who read them.
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
}
