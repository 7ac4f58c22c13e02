package dev.quiver.exec.column;

import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/** Builds the columns of one shape. Sealed once and then thrown away. */
abstract class ColumnWriter {
    final BuildContext context;
    int rows;
    private long[] nulls;

    ColumnWriter(BuildContext context) {
        this.context = context;
    }

    /** Appends a value; or returns false, having changed nothing, when it does not fit. */
    abstract boolean append(Object value);

    /** The shape of what was appended. */
    abstract Shape shape();

    /** Whether columns of this shape can be copied in. */
    abstract boolean takes(Shape other);

    /** Copies all rows of columns whose shape this writer takes. */
    abstract void copy(Shape shape, ColumnCursor columns, int count);

    /** Hands over the columns. */
    abstract void seal(List<Column> into);

    /** Whether it should be sealed before more is appended. */
    boolean isFull() {
        return rows >= context.fullBytes >>> 3;
    }

    final void markNull(int row) {
        int word = row >>> 6;
        if (nulls == null) {
            nulls = new long[Math.max(word + 1, context.capacity + 63 >>> 6)];
        } else if (word >= nulls.length) {
            nulls = Arrays.copyOf(nulls, Math.max(word + 1, nulls.length * 2));
        }
        nulls[word] |= 1L << row;
    }

    final void copyNulls(Column from, int count) {
        if (from.nulls() != null) {
            for (int row = 0; row < count; row++) {
                if (from.isNull(row)) {
                    markNull(rows + row);
                }
            }
        }
    }

    /** The null bits for all rows, or null when there are none. */
    final long[] sealedNulls() {
        int words = rows + 63 >>> 6;
        return nulls == null || nulls.length >= words ? nulls : Arrays.copyOf(nulls, words);
    }

    /** The length an array grows to so that it holds {@code needed}. */
    static int grown(int length, long needed) {
        if (needed > Integer.MAX_VALUE - 16) {
            throw new dev.quiver.QuiverException("A batch of rows would hold " + needed + " values or bytes in one"
                    + " column, more than an array can. One row is too large for the engine: split the value, or put"
                    + " it into a file and pass the path.");
        }
        return (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, Math.max(8, length * 2L)));
    }

    /** Whether an array with so much room left over is worth copying. */
    static boolean wasteful(int length, int used) {
        return length - used > 64 + (used >>> 5);
    }
}
