package dev.quiver.exec.kernel.join;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnBatch;
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

    private final int[] following;
    private boolean unique = true;
    private int headOfNull = NONE;

    JoinTable(int rows) {
        this.following = new int[rows];
        Arrays.fill(following, NONE);
    }

    /** A table of the rows of a batch of pairs; or null when its keys cannot be looked up. */
    static JoinTable of(ColumnBatch pairs, ClassLoader loader) {
        Shape key = ((Shape.PairOf) pairs.shape()).key();
        if (key == Shape.Scalar.LONG || key == Shape.Scalar.INT) {
            return new LongJoinTable(pairs.columns().get(0), pairs.rows());
        }
        if (key == Shape.Scalar.STRING || key == Shape.Scalar.TEXT) {
            return new TextJoinTable((Column.Slices) pairs.columns().get(0), pairs.rows());
        }
        return KeyIndex.knows(key, loader) && KeyIndex.takes(key, pairs.columns(), pairs.rows())
                ? new IndexedJoinTable(key, pairs.columns(), pairs.rows())
                : null;
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
