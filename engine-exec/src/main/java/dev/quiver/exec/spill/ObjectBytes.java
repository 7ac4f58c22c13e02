package dev.quiver.exec.spill;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;

/** Bytes of objects of well-known classes, as a JVM lays them out whose references take 4 bytes and headers 12. */
final class ObjectBytes {
    static final int HEADER = 12;
    static final int PAIR = 24;
    static final int TEXT = 32;
    static final int OPTIONAL = 16;
    static final int LIST = 24;

    /** A string without its characters and without the padding behind them. */
    static final int STRING = 24;

    /** An array without its elements: header and length. */
    static final int ARRAY = 16;

    /** What arrays of any number of bytes lose to padding, on average. */
    static final int PADDING = 4;

    /** A long, a double, a date or a time: a header and up to 12 bytes. */
    static final int WIDE = 24;

    /** An int, a short, a char, a float. */
    static final int NARROW = 16;

    static final int DATE_TIME = 3 * WIDE;

    /** Bytes of heap for a byte that the serializer writes: it writes numbers short and no headers. */
    static final int FOR_SERIALIZED = 4;

    private static final int SET_ENTRY = 48;

    private ObjectBytes() {}

    static long padded(long bytes) {
        return bytes + 7 & -8;
    }

    static long array(long length, int width) {
        return padded(ARRAY + length * width);
    }

    /** The size of an object that holds no others, or an array or string with what is in it; -1 for other classes. */
    static long ofLeaf(Object value) {
        if (value instanceof Long || value instanceof Double) {
            return WIDE;
        }
        if (value instanceof String text) {
            return STRING + array(text.length(), isWide(text) ? 2 : 1);
        }
        if (value instanceof byte[] bytes) {
            return array(bytes.length, 1);
        }
        if (value instanceof Number && isNarrow(value) || value instanceof Character) {
            return NARROW;
        }
        if (value instanceof Boolean || value instanceof Byte || value instanceof Enum<?>) {
            return 0;
        }
        if (value instanceof LocalDateTime) {
            return DATE_TIME;
        }
        if (value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof Instant
                || value instanceof Duration) {
            return WIDE;
        }
        return value.getClass().isArray() ? ofArray(value) : -1;
    }

    private static boolean isNarrow(Object value) {
        return value instanceof Integer || value instanceof Float || value instanceof Short;
    }

    /** Whether characters take two bytes each, judged by the first, the middle and the last. */
    private static boolean isWide(String text) {
        int length = text.length();
        return length > 0
                && (text.charAt(0) > 0xFF || text.charAt(length / 2) > 0xFF || text.charAt(length - 1) > 0xFF);
    }

    private static long ofArray(Object value) {
        if (value instanceof long[] longs) {
            return array(longs.length, 8);
        }
        if (value instanceof double[] doubles) {
            return array(doubles.length, 8);
        }
        if (value instanceof int[] ints) {
            return array(ints.length, 4);
        }
        if (value instanceof float[] floats) {
            return array(floats.length, 4);
        }
        if (value instanceof short[] shorts) {
            return array(shorts.length, 2);
        }
        if (value instanceof char[] characters) {
            return array(characters.length, 2);
        }
        return value instanceof boolean[] truths ? array(truths.length, 1) : -1;
    }

    /** A collection without its elements: an array behind it, or a node for each of them. */
    static long collection(Collection<?> elements) {
        return LIST + (elements instanceof List<?> ? array(elements.size(), RowSizes.REFERENCE) : map(elements.size()));
    }

    /** A map without its keys and values: a node for each, and a table of up to twice as many places. */
    static long map(int entries) {
        return SET_ENTRY + (long) entries * SET_ENTRY;
    }
}
