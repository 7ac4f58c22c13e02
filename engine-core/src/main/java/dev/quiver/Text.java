package dev.quiver;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text as a slice of UTF-8 bytes that somebody else may hold too: reading a file as texts and cutting them up copies no
 * byte. Immutable, safe to share between threads, and valid as long as it is kept, because nobody writes to bytes that a
 * text points into. A kept text keeps all of those bytes, for a line of a file some hundred kilobytes; {@link #copy} makes
 * one that holds its own alone.
 *
 * <p>The bytes are taken as they come: those that are no UTF-8 stay, and only {@link #toString} replaces them. Two texts
 * are equal when their bytes are. A text never equals a {@code String}, and as a key it does not meet one.
 */
public final class Text implements Comparable<Text>, Serializable {
    private static final long serialVersionUID = 1;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final transient byte[] data;
    private final transient int start;
    private final transient int length;
    private transient int hash;
    private transient String string;

    /** @param data has these bytes, and nobody changes them */
    Text(byte[] data, int start, int length) {
        this.data = data;
        this.start = start;
        this.length = length;
    }

    /** The text of a string; surrogates that stand alone become question marks. */
    public static Text of(String string) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        return new Text(utf8, 0, utf8.length);
    }

    /**
     * The text that bytes stand for, which are not copied: nobody may change them from now on.
     *
     * @throws IndexOutOfBoundsException when the slice is not within the array
     */
    public static Text wrap(byte[] utf8, int start, int length) {
        if ((start | length | utf8.length - start - length) < 0) {
            throw new IndexOutOfBoundsException(
                    length + " bytes from " + start + " are not within " + utf8.length + " bytes");
        }
        return new Text(utf8, start, length);
    }

    /** How many bytes there are. */
    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /** @throws IndexOutOfBoundsException when the index is not in {@code [0, length)} */
    public byte byteAt(int index) {
        if (index < 0 || index >= length) {
            throw outside(index, length);
        }
        return data[start + index];
    }

    /**
     * The eight bytes from an index on as a number, the first in its lowest bits. Bytes behind the end count as zero.
     *
     * @throws IndexOutOfBoundsException when the index is not in {@code [0, length]}
     */
    public long wordAt(int index) {
        return word(data, start, length, index);
    }

    /** Without the text itself: a call that is not inlined would make the JIT make each text that is only looked at. */
    private static long word(byte[] data, int start, int length, int index) {
        int left = length - index;
        if ((index | left) < 0) {
            throw outside(index, length);
        }
        int at = start + index;
        if (at + Long.BYTES <= data.length) {
            long word = (long) WORD.get(data, at);
            return left >= Long.BYTES ? word : word & (1L << (left << 3)) - 1;
        }
        long word = 0;
        for (int place = Math.min(Long.BYTES, left) - 1; place >= 0; place--) {
            word = word << 8 | data[at + place] & 0xFF;
        }
        return word;
    }

    /**
     * The bytes from {@code from} to {@code to}, which is left out. A slice that cuts through a character is no error.
     *
     * @throws IndexOutOfBoundsException when these are not within the text
     */
    public Text slice(int from, int to) {
        if ((from | to - from | length - to) < 0) {
            throw new IndexOutOfBoundsException(
                    "[" + from + ", " + to + ") is not within a text of " + length + " bytes");
        }
        return new Text(data, start + from, to - from);
    }

    /**
     * Where a character comes first at or behind an index, or -1.
     *
     * @param character ASCII
     * @throws IllegalArgumentException when it is not
     */
    public int indexOf(char character, int from) {
        int at = start + Math.max(0, from);
        int end = start + length;
        int found = ByteRuns.find(data, at, end, ascii(character));
        return found < end ? found - start : -1;
    }

    /**
     * The texts between separators, as slices of this one. As with {@code String.split}, empty texts at the end are left
     * out, and a text without a separator is its own only part.
     *
     * @param separator ASCII
     * @return can be iterated any number of times
     * @throws IllegalArgumentException when the separator is not ASCII
     */
    public Iterable<Text> split(char separator) {
        byte wanted = ascii(separator);
        int end = start + length;
        while (end > start && data[end - 1] == wanted) {
            end--;
        }
        // Nothing but separators has no parts; but a text that was empty from the start is its own.
        return new TextParts(data, start, end, wanted, end == start && length > 0);
    }

    private static byte ascii(char character) {
        if (character >= 0x80) {
            throw new IllegalArgumentException("'" + character + "' is not ASCII, and a text is searched for bytes;"
                    + " use toString() and search that");
        }
        return (byte) character;
    }

    /**
     * Copies the bytes into an array.
     *
     * @throws IndexOutOfBoundsException when there is no room for them
     */
    public void copyTo(byte[] into, int at) {
        ByteRuns.copy(data, start, length, into, at);
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(data, start, start + length);
    }

    /** An equal text that holds on to no byte but its own. */
    public Text copy() {
        return length == data.length ? this : new Text(toBytes(), 0, length);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Text text
                        && length == text.length
                        && Arrays.equals(data, start, start + length, text.data, text.start, text.start + text.length);
    }

    /** The same in every process, and for ASCII that of the equal string. */
    @Override
    public int hashCode() {
        int found = hash;
        if (found == 0) {
            int end = start + length;
            for (int at = start; at < end; at++) {
                found = 31 * found + data[at];
            }
            hash = found;
        }
        return found;
    }

    /** By the bytes as unsigned numbers, which is the order of code points. */
    @Override
    public int compareTo(Text other) {
        return Arrays.compareUnsigned(data, start, start + length, other.data, other.start, other.start + other.length);
    }

    /** Made at the first call and kept; bytes that are no UTF-8 become replacement characters. */
    @Override
    public String toString() {
        String made = string;
        if (made == null) {
            made = new String(data, start, length, StandardCharsets.UTF_8);
            string = made;
        }
        return made;
    }

    private static IndexOutOfBoundsException outside(int index, int length) {
        return new IndexOutOfBoundsException("index " + index + " of a text of " + length + " bytes");
    }

    /** Serialized without what lies around it. */
    private Object writeReplace() {
        return new Bytes(toBytes());
    }

    private record Bytes(byte[] utf8) implements Serializable {
        private Object readResolve() {
            return wrap(utf8, 0, utf8.length);
        }
    }
}
