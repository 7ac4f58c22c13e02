package dev.quiver.exec.compile;

import dev.quiver.shape.Shape;

/** Where a loop takes its rows from. */
public sealed interface LoopSource {
    /** Consecutive longs, see {@link RowLoop#range}. */
    record Range() implements LoopSource {}

    /** Boxed rows, see {@link RowLoop#rows}. */
    record Rows() implements LoopSource {}

    /** Lines of a file, as strings or as slices, see {@link RowLoop#lines}. */
    record Lines(boolean slices) implements LoopSource {}

    /** The columns of batches of one shape without nulls, see {@link RowLoop#columns}. */
    record Columns(Shape shape) implements LoopSource {}
}
