package dev.quiver.exec.kernel.key;

import dev.quiver.exec.column.Column;
import dev.quiver.exec.column.ColumnLayout;
import dev.quiver.exec.kernel.partition.KeyHashes;
import dev.quiver.shape.Shape;
import java.util.List;

/** Numbers the distinct keys of one shape, from 0 in the order in which they come first, and keeps them as columns. */
public interface KeyIndex {
    /** What {@link #find} says of a key that is not there. */
    int NONE = -1;

    /** Whether keys of a shape can be numbered: those whose equality columns can tell. */
    static boolean knows(Shape key, ClassLoader loader) {
        return Primitives.isKey(key) || KeyHashes.knows(key, loader);
    }

    /**
     * An empty index.
     *
     * @param key a shape that {@link #knows} approves of
     */
    static KeyIndex of(Shape key) {
        return Primitives.isKey(key) ? new NumberIndex(key) : new ColumnsIndex(key);
    }

    /** Whether the keys in the first columns of a batch hold no null, as they must for {@link #number} and {@link #find}. */
    static boolean takes(Shape key, List<Column> columns, int rows) {
        for (int index = ColumnLayout.columnCount(key) - 1; index >= 0; index--) {
            if (Primitives.hasNulls(columns.get(index), rows)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the key of a row, or a part of it, is null. */
    static boolean hasNull(Shape key, List<Column> columns, int row) {
        for (int index = ColumnLayout.columnCount(key) - 1; index >= 0; index--) {
            if (columns.get(index).isNull(row)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Numbers keys; new ones are added.
     *
     * @param columns those of the key come first; borrowed, and seen as unchanged while the list is the same
     * @param rows    how many rows the columns have
     * @param from    first row whose key is numbered
     * @param to      row after the last
     * @param into    gets the number of each row's key at the row's place
     */
    void number(List<Column> columns, int rows, int from, int to, int[] into);

    /** Looks the keys of all rows up; {@link #NONE} for those that are not there. Parameters as for {@link #number}. */
    void find(List<Column> columns, int rows, int[] into);

    /**
     * Tells what it takes with the keys of more rows, if all of them are new.
     *
     * @param columns of the rows {@code [from, to)}, those of the key first; borrowed
     */
    void growth(List<Column> columns, int from, int to, Growth into);

    /** How many keys there are. */
    int size();

    /** The columns of the keys with the numbers {@code [from, from + count)}; returned to the caller. */
    List<Column> keys(int from, int count);
}
