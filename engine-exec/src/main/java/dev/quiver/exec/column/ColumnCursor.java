package dev.quiver.exec.column;

import java.util.List;

/** Walks the columns of a batch in the order of {@link ColumnLayout}. */
final class ColumnCursor {
    private final List<Column> columns;
    private int next;

    ColumnCursor(List<Column> columns) {
        this.columns = columns;
    }

    Column next() {
        return columns.get(next++);
    }
}
