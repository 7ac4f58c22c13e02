package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/**
 * The kinds of primitive arrays that are rows of a {@link Column.Lists}: what users hold, and the storage behind the
 * column, in which the elements of many arrays stand one after another. Booleans are stored as bytes and characters as
 * shorts, as in a column of single ones.
 */
public enum ArrayKind {
    BOOLEANS(Shape.Scalar.BOOLEAN, boolean[].class, byte[].class, 1),
    SHORTS(Shape.Scalar.SHORT, short[].class, short[].class, 2),
    CHARS(Shape.Scalar.CHAR, char[].class, short[].class, 2),
    INTS(Shape.Scalar.INT, int[].class, int[].class, 4),
    LONGS(Shape.Scalar.LONG, long[].class, long[].class, 8),
    FLOATS(Shape.Scalar.FLOAT, float[].class, float[].class, 4),
    DOUBLES(Shape.Scalar.DOUBLE, double[].class, double[].class, 8);

    private static final ArrayKind[] OF_SCALAR = new ArrayKind[Shape.Scalar.values().length];

    static {
        for (ArrayKind kind : values()) {
            OF_SCALAR[kind.element.ordinal()] = kind;
        }
    }

    /** What one element is. */
    public final Shape.Scalar element;

    /** Class of the user's arrays. */
    public final Class<?> array;

    /** Class of the array behind the column. */
    public final Class<?> storage;

    /** Bytes that an element takes. */
    public final int elementBytes;

    ArrayKind(Shape.Scalar element, Class<?> array, Class<?> storage, int elementBytes) {
        this.element = element;
        this.array = array;
        this.storage = storage;
        this.elementBytes = elementBytes;
    }

    /** The kind of a shape, or null when it is none of primitive arrays. */
    public static ArrayKind of(Shape shape) {
        return shape instanceof Shape.ArrayOf arrays
                ? OF_SCALAR[arrays.element().ordinal()]
                : null;
    }

    /** The storage of a column of elements. */
    public static Object storageOf(Column elements) {
        if (elements instanceof Column.Doubles doubles) {
            return doubles.values();
        }
        if (elements instanceof Column.Longs longs) {
            return longs.values();
        }
        if (elements instanceof Column.Ints ints) {
            return ints.values();
        }
        if (elements instanceof Column.Floats floats) {
            return floats.values();
        }
        if (elements instanceof Column.Shorts shorts) {
            return shorts.values();
        }
        if (elements instanceof Column.Bytes bytes) {
            return bytes.values();
        }
        throw new IllegalArgumentException("no array holds elements of " + elements.getClass());
    }

    /** The column that has an array as its storage and no nulls. */
    public static Column columnOf(Object storage) {
        if (storage instanceof double[] doubles) {
            return new Column.Doubles(doubles, null);
        }
        if (storage instanceof long[] longs) {
            return new Column.Longs(longs, null);
        }
        if (storage instanceof int[] ints) {
            return new Column.Ints(ints, null);
        }
        if (storage instanceof float[] floats) {
            return new Column.Floats(floats, null);
        }
        if (storage instanceof short[] shorts) {
            return new Column.Shorts(shorts, null);
        }
        return new Column.Bytes((byte[]) storage, null);
    }

    /** The column of arrays over a storage: row i is {@code [offsets[i], offsets[i + 1])} of it. */
    public Column.Lists column(Object filled, int[] offsets, int rows, long[] nulls) {
        ColumnBatch elements = new ColumnBatch(element, offsets[rows], List.of(columnOf(filled)));
        return new Column.Lists(offsets, elements, nulls);
    }

    Object newStorage(int length) {
        return Array.newInstance(storage.getComponentType(), length);
    }

    /** Puts a user's array into a storage with room for it. */
    void store(Object userArray, Object into, int at, int length) {
        if (this == BOOLEANS) {
            booleans((boolean[]) userArray, (byte[]) into, at);
        } else if (this == CHARS) {
            chars((char[]) userArray, (short[]) into, at);
        } else {
            System.arraycopy(userArray, 0, into, at, length);
        }
    }

    /** A new array for the user, of the elements {@code [from, to)} of a storage. */
    Object load(Object from, int start, int end) {
        return switch (this) {
            case BOOLEANS -> booleans((byte[]) from, start, end);
            case SHORTS -> Arrays.copyOfRange((short[]) from, start, end);
            case CHARS -> chars((short[]) from, start, end);
            case INTS -> Arrays.copyOfRange((int[]) from, start, end);
            case LONGS -> Arrays.copyOfRange((long[]) from, start, end);
            case FLOATS -> Arrays.copyOfRange((float[]) from, start, end);
            case DOUBLES -> Arrays.copyOfRange((double[]) from, start, end);
        };
    }

    /** Stores booleans as 0 and 1. */
    public static void booleans(boolean[] values, byte[] into, int at) {
        for (int index = 0; index < values.length; index++) {
            into[at + index] = (byte) (values[index] ? 1 : 0);
        }
    }

    /** Stores characters as their 16 bits. */
    public static void chars(char[] values, short[] into, int at) {
        for (int index = 0; index < values.length; index++) {
            into[at + index] = (short) values[index];
        }
    }

    /** Booleans that were stored as 0 and 1. */
    public static boolean[] booleans(byte[] from, int start, int end) {
        boolean[] values = new boolean[end - start];
        for (int index = 0; index < values.length; index++) {
            values[index] = from[start + index] != 0;
        }
        return values;
    }

    /** Characters that were stored as 16 bits. */
    public static char[] chars(short[] from, int start, int end) {
        char[] values = new char[end - start];
        for (int index = 0; index < values.length; index++) {
            values[index] = (char) from[start + index];
        }
        return values;
    }
}
