package dev.quiver.exec.kernel.join;

import dev.quiver.QuiverException;

/** The smaller side of a join in one task is larger than a table can be. */
final class TooManyRows {
    private TooManyRows() {}

    static QuiverException of(int rows) {
        return new QuiverException("One task joins " + rows + " rows on the smaller side, more than its table can hold."
                + " Use more partitions for this join.");
    }
}
