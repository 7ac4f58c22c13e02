package dev.quiver.exec.pipeline;

import dev.quiver.exec.column.ColumnBatch;
import dev.quiver.exec.compile.LoopSink;

/**
 * The end of a segment, in one task: takes every row, from the interpreter or from generated code, which may take turns at
 * any batch. Belongs to the task's thread.
 */
interface PushSink {
    /** Takes a batch as it is, when rows need not be looked at; or returns false, having done nothing. */
    default boolean takes(ColumnBatch batch) {
        return false;
    }

    /** Takes rows from the interpreter. */
    void accept(Object[] rows, int count) throws Exception;

    /** What says which rows the sink looks at, or null when it looks at all of them. */
    default RowSampler sampler() {
        return null;
    }

    /**
     * How generated code should hand over the next rows, given the rows so far; or null while a first row is missing. When
     * it answers otherwise than before, another loop is used.
     */
    LoopSink loopSink() throws Exception;

    /** The state that loops with this sink work on. */
    Object loopState();

    /** What the task makes of the rows. Called once, after the last. */
    TaskProduct finish() throws Exception;
}
