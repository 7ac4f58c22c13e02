package dev.quiver.exec.arrow;

/** The engine's null bits, and what Arrow wants to know about them. */
final class NullBits {
    private NullBits() {}

    /** How many of the first rows are null. */
    static int count(long[] nulls, int rows) {
        if (nulls == null) {
            return 0;
        }
        int count = 0;
        int whole = rows >>> 6;
        for (int word = 0; word < whole; word++) {
            count += Long.bitCount(nulls[word]);
        }
        int left = rows & 63;
        return left == 0 ? count : count + Long.bitCount(nulls[whole] & (1L << left) - 1);
    }
}
