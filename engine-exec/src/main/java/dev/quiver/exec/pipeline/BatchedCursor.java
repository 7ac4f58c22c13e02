package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;

/** A cursor that can hand over its rows in columns, for a reader that knows what to do with them. */
interface BatchedCursor extends Cursor {
    /**
     * The next rows, as an owned batch that is not empty; or null when what is left, perhaps nothing, must be pulled as
     * rows with {@link #next}. Must not be called after rows were pulled.
     */
    ColumnBatch nextBatch() throws Exception;
}
