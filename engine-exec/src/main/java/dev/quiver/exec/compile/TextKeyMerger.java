package dev.quiver.exec.compile;

import dev.quiver.Text;

/** Merges pairs whose key is a text one by one, as generated code finds them. Belongs to one task. */
public abstract class TextKeyMerger {
    private static final int SHORT_LENGTH = 7;
    private static final int WIDE_LENGTH = 15;

    /** Counted by subclasses, see {@link #rows()}. */
    protected long rows;

    /** Rows merged one by one so far. */
    public final long rows() {
        return rows;
    }

    /** Whether {@link #mergeShort} takes a key. Asked apart from merging, to keep each part small for the JIT. */
    public static boolean isShort(Text key) {
        return key.length() <= SHORT_LENGTH;
    }

    public static boolean isShort(String key) {
        return key.length() <= SHORT_LENGTH;
    }

    /** Whether {@link #mergeWide} takes a key that is not short; else {@link #mergeLong} does. */
    public static boolean isWide(Text key) {
        return key.length() <= WIDE_LENGTH;
    }

    public static boolean isWide(String key) {
        return key.length() <= WIDE_LENGTH;
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
     * @param key   a short one
     * @param value the bits of a value of the kind that this was made for
     * @return false, having changed nothing, when the key is too long, cannot be written in UTF-8, or the user's function
     *         made something of the values that is of another kind
     */
    public abstract boolean mergeShort(Text key, long value) throws Exception;

    public abstract boolean mergeShort(String key, long value) throws Exception;

    /** As {@link #mergeShort}, for keys of any length. */
    public final boolean merge(Text key, long value) throws Exception {
        if (isShort(key)) {
            return mergeShort(key, value);
        }
        return isWide(key) ? mergeWide(key, value) : mergeLong(key, value);
    }

    /** As {@link #mergeShort}, for wide keys. */
    public abstract boolean mergeWide(Text key, long value) throws Exception;

    public abstract boolean mergeWide(String key, long value) throws Exception;

    /** As {@link #mergeShort}, for longer keys. */
    public abstract boolean mergeLong(Text key, long value) throws Exception;

    public abstract boolean mergeLong(String key, long value) throws Exception;
}
