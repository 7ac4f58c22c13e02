package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.Column;
import java.util.Arrays;

/**
 * One column of all reduce partitions. Rows of a partition lie in arrays of its own. When they are sealed they are copied
 * into arrays of just their size, and the first ones stay for the rows that follow: an array that is used again is in the
 * cache, and a copy need not be cleared before it is filled, as a new array must. Large arrays are handed over as they
 * are. Room is made by {@link #reserve} before rows come: all columns of a partition have room for as many rows.
 */
abstract class ColumnScatter {
    /** A partition with so many bytes in one column is to be handed on, so that its arrays stay in the cache. */
    static final int FULL_BYTES = 1 << 18;

    /** Longer arrays are handed over instead of kept. */
    private static final int MOST_KEPT_BYTES = 4 << 20;

    private final long[][] nulls;
    private boolean hasFull;

    ColumnScatter(int partitionCount) {
        this.nulls = new long[partitionCount][];
    }

    /** Makes room for so many rows of a partition in all, if there is less. */
    abstract void reserve(int partition, int capacity);

    /**
     * Copies rows to their places.
     *
     * @param targets partition of each row
     * @param places  row number of each within its partition
     * @return bytes that were copied besides those of {@link #rowBytes}
     */
    abstract long scatter(Column column, int[] targets, int[] places, int rows);

    /** Bytes that every row takes. */
    abstract int rowBytes();

    /** The rows of a partition, which has none afterwards. Whether it still has room says the next {@link #reserve}. */
    abstract Column seal(int partition, int rows);

    /** Whether the rows of a partition take {@link #FULL_BYTES} or more in this column. */
    boolean isFull(int partition, int rows) {
        return false;
    }

    /** Notes that {@link #isFull} holds for some partition. */
    final void foundFull() {
        hasFull = true;
    }

    /** Whether some partition was found to be full since this was asked last. */
    final boolean takeFull() {
        boolean found = hasFull;
        hasFull = false;
        return found;
    }

    final void scatterNulls(Column column, int[] targets, int[] places, int rows) {
        if (column.nulls() == null) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            if (column.isNull(row)) {
                int word = places[row] >>> 6;
                long[] bits = nulls[targets[row]];
                if (bits == null) {
                    bits = nulls[targets[row]] = new long[word + 1];
                } else if (word >= bits.length) {
                    bits = nulls[targets[row]] = Arrays.copyOf(bits, Math.max(word + 1, bits.length * 2));
                }
                bits[word] |= 1L << places[row];
            }
        }
    }

    final long[] sealNulls(int partition, int rows) {
        long[] bits = nulls[partition];
        nulls[partition] = null;
        int words = rows + 63 >>> 6;
        return bits == null || bits.length >= words ? bits : Arrays.copyOf(bits, words);
    }

    /** Whether an array of so many bytes stays where it is, so that rows are copied out of it. */
    static boolean keeps(long bytes) {
        return bytes <= MOST_KEPT_BYTES;
    }

    /** Whether an array that is handed over has so much room left over that it is worth copying. */
    static boolean wasteful(int length, int used) {
        return length - used > 64 + (used >>> 2);
    }
}
