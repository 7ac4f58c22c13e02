package dev.quiver.exec.kernel.partition;

import dev.quiver.exec.column.Column;
import java.util.Arrays;

/**
 * One column of all reduce partitions. Rows of a partition lie in arrays of its own, which are handed over when they
 * are sealed. Room is made by {@link #reserve} before rows come: all columns of a partition have room for as many rows.
 */
abstract class ColumnScatter {
    private final long[][] nulls;

    ColumnScatter(int partitionCount) {
        this.nulls = new long[partitionCount][];
    }

    /** Makes room for so many rows of a partition in all. */
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

    /** The rows of a partition; it has no room any more. */
    abstract Column seal(int partition, int rows);

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

    /** Whether an array with so much room left over is worth copying. */
    static boolean wasteful(int length, int used) {
        return length - used > 64 + (used >>> 2);
    }
}
