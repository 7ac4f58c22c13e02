package dev.quiver.exec.pipeline;

/**
 * What a sink says when it looks at few rows and knows beforehand at which. Where every row of the source becomes one row
 * of the sink, the rows between them need not be made, and user functions run for those alone that are looked at. The sink
 * has to give the same result when it is given every row.
 */
interface RowSampler {
    /** How many of the rows to come the sink will only count, 0 when it looks at the next one. */
    long rowsToPass();

    /** Counts rows that the sink was not given, at most as many as it said. */
    void pass(long rows);
}
