package dev.quiver.exec.compile;

import dev.quiver.Text;

/**
 * Merges pairs whose key is a text one by one, as generated code finds them. A text is handed over as the numbers or bytes it
 * is made of, never as an object: so the JIT can do without the text of a word, whichever of these calls it inlines. Belongs
 * to one task.
 */
public abstract class TextKeyMerger {
    private static final int SHORT_LENGTH = 7;
    private static final int WIDE_LENGTH = 15;
    private static final int MOST_LENGTH = 0xFFFF;

    /** Counted by subclasses, see {@link #rows()}. */
    protected long rows;

    /** Rows merged one by one so far. */
    public final long rows() {
        return rows;
    }

    /** Whether {@code mergeShort} takes keys of so many bytes. Asked apart from merging, to keep each part small for the JIT. */
    public static boolean isShort(int length) {
        return length <= SHORT_LENGTH;
    }

    /** Whether {@code mergeWide} takes keys of so many bytes, which are not short. */
    public static boolean isWide(int length) {
        return length <= WIDE_LENGTH;
    }

    /** Whether {@code mergeLong} takes keys of so many bytes, which are not wide; else nothing does. */
    public static boolean isLong(int length) {
        return length <= MOST_LENGTH;
    }

    /** An equal text for a call that is not inlined: the caller's own can then be one that is never made. */
    public static Text apart(Text key) {
        return key.slice(0, key.length());
    }

    public static String apart(String key) {
        return key;
    }

    /**
     * Merges a pair.
     *
     * @param bytes  of a short key, the first in the lowest bits, zeros behind the last
     * @param length how many bytes the key has
     * @param value  the bits of a value of the kind that this was made for
     * @return false, having changed nothing, when the user's function made something of the values that is of another kind
     */
    public abstract boolean mergeShort(long bytes, int length, long value) throws Exception;

    /** As {@link #mergeShort(long, int, long)}, for wide keys. @param first the first eight bytes @param second the others */
    public abstract boolean mergeWide(long first, long second, int length, long value) throws Exception;

    /** Where the bytes of a long key are to be put, from the start, for {@link #mergeLong(int, long)}. */
    public abstract byte[] room(int length);

    /** As {@link #mergeShort(long, int, long)}, for the long key whose bytes are in {@link #room}. */
    public abstract boolean mergeLong(int length, long value) throws Exception;

    /** Merges a pair with a key of any length. Returns false for one that is longer than a long one, too. */
    public final boolean merge(Text key, long value) throws Exception {
        int length = key.length();
        if (isShort(length)) {
            return mergeShort(key.wordAt(0), length, value);
        }
        if (isWide(length)) {
            return mergeWide(key.wordAt(0), key.wordAt(Long.BYTES), length, value);
        }
        if (!isLong(length)) {
            return false;
        }
        key.copyTo(room(length), 0);
        return mergeLong(length, value);
    }

    /**
     * Merges a pair with a key of so many characters that it is short in bytes if they are ASCII.
     *
     * @return false also when the key is too long, or cannot be written in UTF-8
     */
    public abstract boolean mergeShort(String key, long value) throws Exception;

    /** As {@link #mergeShort(String, long)}, for so many characters that it is wide. */
    public abstract boolean mergeWide(String key, long value) throws Exception;

    /** As {@link #mergeShort(String, long)}, for more. */
    public abstract boolean mergeLong(String key, long value) throws Exception;
}
