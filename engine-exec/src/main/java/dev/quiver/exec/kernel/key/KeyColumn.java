package dev.quiver.exec.kernel.key;

import dev.quiver.exec.column.Column;

/** One column of the keys of an index, and of the batch that is compared with them. */
abstract class KeyColumn {
    static KeyColumn like(Column column) {
        return column instanceof Column.Slices ? new TextKeyColumn() : new NumberKeyColumn(column);
    }

    /** Looks at the column of another batch from now on. */
    abstract void open(Column column, int rows);

    /** Whether the value of a key is that of a row of the batch. */
    abstract boolean isSame(int number, int row);

    /** Keeps the value of a row as that of the next key. */
    abstract void add(int number, int row);

    /** Tells what the values of so many keys and those of some rows of a column take together; null for no rows. */
    abstract void growth(int keys, Column column, int from, int to, Growth into);

    /** The values of some keys. */
    abstract Column copy(int from, int count);
}
