package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;

/** A cursor whose rows lie in columns. A reader takes them either as rows or as batches, and stays with that. */
interface BatchedCursor extends Cursor {
    /** The next rows as columns, at least one; or null at the end. Not borrowed: nobody writes to them again. */
    ColumnBatch nextBatch() throws Exception;
}
