package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.kernel.key.KeyIndex;
import dev.quiver.shape.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of the build side by key. Rows with one key form a chain in ascending order, whose first row is the key's
 * head. Null is a key like any other.
 */
abstract class JoinTable {
    /** No row. */
    static final int NONE = -1;

    /** No row, and the row that looked for it shall not come out either. */
    static final int SKIPPED = -2;

    private final int[] following;
    private boolean unique = true;
    private int headOfNull = NONE;

    JoinTable(int rows) {
        this.following = new int[rows];
        Arrays.fill(following, NONE);
    }

    /**
     * A table of the rows of a batch of pairs; or null when its keys cannot be looked up.
     *
     * @param lean whether it shall take no more memory than {@link #bytes} says of lean ones
     */
    static JoinTable of(ColumnBatch pairs, boolean lean, ClassLoader loader) {
        Shape key = ((Shape.PairOf) pairs.shape()).key();
        if (isLong(key)) {
            return new LongJoinTable(pairs.columns().get(0), pairs.rows(), lean);
        }
        if (isText(key)) {
            return new TextJoinTable((Column.Slices) pairs.columns().get(0), pairs.rows());
        }
        return KeyIndex.knows(key, loader) && KeyIndex.takes(key, pairs.columns(), pairs.rows())
                ? new IndexedJoinTable(key, pairs.columns(), pairs.rows())
                : null;
    }

    /** Whether the keys of a batch of pairs can be looked up. */
    static boolean takes(ColumnBatch pairs, ClassLoader loader) {
        Shape key = ((Shape.PairOf) pairs.shape()).key();
        return isLong(key)
                || isText(key)
                || KeyIndex.knows(key, loader) && KeyIndex.takes(key, pairs.columns(), pairs.rows());
    }

    private static boolean isLong(Shape key) {
        return key == Shape.Scalar.LONG || key == Shape.Scalar.INT;
    }

    private static boolean isText(Shape key) {
        return key == Shape.Scalar.STRING || key == Shape.Scalar.TEXT;
    }

    /**
     * Most bytes that a table takes, and the making of it.
     *
     * @param keyBytes of the rows' keys as columns
     */
    static long bytes(Shape key, long keyBytes, long rows, boolean lean) {
        long chains = Integer.BYTES * rows;
        if (isLong(key)) {
            return chains + LongJoinTable.bytes(rows, lean);
        }
        return chains
                + (isText(key)
                        ? TextJoinTable.bytes(rows)
                        : IndexedJoinTable.bytes(rows, ColumnLayout.columnCount(key), keyBytes));
    }

    /** Puts the head of each key into {@code heads}, or {@link #NONE}. The first columns are of the build keys' shape. */
    final void find(List<Column> columns, int rows, int[] heads) {
        findKeys(columns, rows, heads);
        Column keys = columns.get(0);
        if (keys.nulls() != null) {
            for (int row = 0; row < rows; row++) {
                if (keys.isNull(row)) {
                    heads[row] = headOfNull;
                }
            }
        }
    }

    /** As {@link #find}, for keys that are not null. */
    abstract void findKeys(List<Column> columns, int rows, int[] heads);

    /** The next row with the same key, or {@link #NONE}. */
    final int after(int row) {
        return following[row];
    }

    /** Whether no key has two rows. */
    final boolean isUnique() {
        return unique;
    }

    /** Puts a row before the head of its key. Rows are added from the last to the first. */
    final int chain(int row, int head) {
        following[row] = head;
        unique &= head == NONE;
        return row;
    }

    final void chainNull(int row) {
        headOfNull = chain(row, headOfNull);
    }

    /** Which rows have another before them. */
    final boolean[] followers() {
        boolean[] followers = new boolean[following.length];
        for (int row : following) {
            if (row != NONE) {
                followers[row] = true;
            }
        }
        return followers;
    }
}
