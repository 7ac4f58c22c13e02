package dev.quiver.exec.kernel.join;

/**
 * Which rows of a probe side have met a match, where it is passed by several tables one after another: a row that is kept
 * without a match must come out once, with the last table, and only if no table had one. A bit a row. Belongs to one task.
 */
public final class MetRows {
    private final long[] bits;
    private boolean isLast;
    private long first;
    private int[] numbers;

    /** @param rows that the probe side has */
    public MetRows(long rows) {
        this.bits = new long[Math.toIntExact(words(rows))];
    }

    private static long words(long rows) {
        return rows + Long.SIZE - 1 >>> 6;
    }

    /** Bytes it takes for so many rows. */
    public static long bytes(long rows) {
        return words(rows) * Long.BYTES;
    }

    /** From now on the rows pass the last table. */
    public void lastPass() {
        isLast = true;
    }

    /**
     * Says which rows the next probe batch holds.
     *
     * @param firstRow  number of the first among all rows of the probe side; the same in every pass
     * @param rowsAfter how many rows after it each row of the batch is; null where they follow one another
     */
    public void begin(long firstRow, int[] rowsAfter) {
        first = firstRow;
        numbers = rowsAfter;
    }

    /** Notes the matches, and turns {@link JoinTable#NONE} into {@link JoinTable#SKIPPED} where the row must not come out. */
    void settle(int[] heads, int rows) {
        for (int row = 0; row < rows; row++) {
            long number = first + (numbers == null ? row : numbers[row]);
            int word = (int) (number >>> 6);
            if (heads[row] >= 0) {
                bits[word] |= 1L << number;
            } else if (!isLast || (bits[word] & 1L << number) != 0) {
                heads[row] = JoinTable.SKIPPED;
            }
        }
    }
}
