package dev.quiver.exec.compile;

import dev.quiver.exec.column.ArrayKind;
import dev.quiver.exec.column.Column;
import java.lang.reflect.Array;

/**
 * Arrays of primitives, byte arrays included, of one column of a {@link ColumnBuffer}: their elements one after another.
 * There is a method for each kind, so that generated code copies without asking for the kind.
 */
public final class ArrayBuffer {
    private static final int FIRST_ELEMENTS = ColumnBuffer.CAPACITY * 8;

    /** Elements before the buffer says that it is full: large arrays must not add up to more memory than a batch has. */
    private static final int MOST_ELEMENTS = 1 << 20;

    private final ScalarCode code;
    private Object elements;
    private int room;
    private final int[] offsets = new int[ColumnBuffer.CAPACITY + 1];

    ArrayBuffer(ScalarCode code) {
        this.code = code;
        this.elements = Array.newInstance(code.storage.getComponentType(), FIRST_ELEMENTS);
        this.room = FIRST_ELEMENTS;
    }

    /** The column of the first rows, which shares the arrays. */
    Column column(int rows) {
        return code == ScalarCode.BYTES
                ? new Column.Slices((byte[]) elements, offsets, null)
                : code.arrays.column(elements, offsets, rows, null);
    }

    /** Makes room for the value of a row; those before it are there. False when it belongs into another batch. */
    private boolean reserve(int row, int length) {
        int used = offsets[row];
        if (length > room - used && !grow(used, length)) {
            return false;
        }
        offsets[row + 1] = used + length;
        return true;
    }

    private boolean grow(int used, int length) {
        if (length > MOST_ELEMENTS - used) {
            return false;
        }
        room = Math.max(used + length, Math.min(MOST_ELEMENTS, room * 2));
        Object larger = Array.newInstance(code.storage.getComponentType(), room);
        System.arraycopy(elements, 0, larger, 0, used);
        elements = larger;
        return true;
    }

    /** Makes an array the value of a row; those before it are there. False when it belongs into another batch. */
    public boolean put(int row, byte[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (byte[]) elements, offsets[row], values.length);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, boolean[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        ArrayKind.booleans(values, (byte[]) elements, offsets[row]);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, short[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (short[]) elements, offsets[row], values.length);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, char[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        ArrayKind.chars(values, (short[]) elements, offsets[row]);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, int[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (int[]) elements, offsets[row], values.length);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, long[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (long[]) elements, offsets[row], values.length);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, float[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (float[]) elements, offsets[row], values.length);
        return true;
    }

    /** As for bytes. */
    public boolean put(int row, double[] values) {
        if (!reserve(row, values.length)) {
            return false;
        }
        System.arraycopy(values, 0, (double[]) elements, offsets[row], values.length);
        return true;
    }
}
