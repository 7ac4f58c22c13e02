package dev.quiver.exec.column;

/**
 * The values of one column of a batch, in primitive arrays on the heap. Arrays may be longer than the batch has rows.
 * Immutable once sealed into a {@link ColumnBatch}, and then safe to share between threads.
 */
public sealed interface Column {
    /**
     * One bit a row, set where the value is null, row 0 in the lowest bit of the first long; or null when no row is null.
     */
    long[] nulls();

    /** Bytes of heap the arrays hold, about. */
    long sizeBytes();

    /** Whether a row is null. */
    default boolean isNull(int row) {
        long[] bits = nulls();
        return bits != null && (bits[row >>> 6] & 1L << row) != 0;
    }

    record Longs(long[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return 8L * values.length + Column.nullBytes(nulls);
        }
    }

    record Ints(int[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return 4L * values.length + Column.nullBytes(nulls);
        }
    }

    record Shorts(short[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return 2L * values.length + Column.nullBytes(nulls);
        }
    }

    record Doubles(double[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return 8L * values.length + Column.nullBytes(nulls);
        }
    }

    record Floats(float[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return 4L * values.length + Column.nullBytes(nulls);
        }
    }

    /** Bytes, and booleans as 0 and 1. */
    record Bytes(byte[] values, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return values.length + Column.nullBytes(nulls);
        }
    }

    /** Text as UTF-8, byte arrays and opaque values: row i is {@code data[offsets[i], offsets[i + 1])}. */
    record Slices(byte[] data, int[] offsets, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return data.length + 4L * offsets.length + Column.nullBytes(nulls);
        }
    }

    /** Lists: row i is the elements {@code [offsets[i], offsets[i + 1])} of the element columns. */
    record Lists(int[] offsets, ColumnBatch elements, long[] nulls) implements Column {
        @Override
        public long sizeBytes() {
            return elements.sizeBytes() + 4L * offsets.length + Column.nullBytes(nulls);
        }
    }

    private static long nullBytes(long[] nulls) {
        return nulls == null ? 0 : 8L * nulls.length;
    }
}
