package dev.quiver.exec.pipeline;

/**
 * Bounds of one task.
 *
 * @param flushBytes   bytes of rows that are collected, over all reduce partitions or for a cached block, before they
 *                     are handed on
 * @param combineGroups most keys that are merged on the map side before they are handed on
 * @param maxLineBytes longest line of a text file
 * @param compileAfterRows rows of a stage that are interpreted on an executor before its operators are compiled
 * @param functions    is told of the functions of each stage
 */
public record PipelineSettings(
        long flushBytes, int combineGroups, int maxLineBytes, long compileAfterRows, FunctionListener functions) {
    /** Compiling takes about as long as interpreting this many rows. */
    private static final long DEFAULT_COMPILE_AFTER_ROWS = 20_000;

    public static final PipelineSettings DEFAULTS = new PipelineSettings(16L << 20, 1 << 20, 256 << 20);

    /** On small heaps a task collects no more than this part of it. */
    private static final int FLUSH_HEAP_PART = 64;

    /** The default bounds, of a process with this heap. */
    public static PipelineSettings forHeap(long maxHeapBytes) {
        return new PipelineSettings(
                Math.min(DEFAULTS.flushBytes, maxHeapBytes / FLUSH_HEAP_PART),
                DEFAULTS.combineGroups,
                DEFAULTS.maxLineBytes);
    }

    public PipelineSettings {
        if (flushBytes < 1 || combineGroups < 1 || maxLineBytes < 1 || compileAfterRows < 0) {
            throw new IllegalArgumentException("bounds must be positive: " + flushBytes + ", " + combineGroups + ", "
                    + maxLineBytes + ", " + compileAfterRows);
        }
    }

    /** With the default number of rows before a stage is compiled. */
    public PipelineSettings(long flushBytes, int combineGroups, int maxLineBytes) {
        this(flushBytes, combineGroups, maxLineBytes, DEFAULT_COMPILE_AFTER_ROWS, FunctionListener.NONE);
    }

    /** The same, but for when a stage is compiled; {@code Long.MAX_VALUE} for never. */
    public PipelineSettings compileAfterRows(long rows) {
        return new PipelineSettings(flushBytes, combineGroups, maxLineBytes, rows, functions);
    }

    /** The same, with another listener. */
    public PipelineSettings functions(FunctionListener listener) {
        return new PipelineSettings(flushBytes, combineGroups, maxLineBytes, compileAfterRows, listener);
    }
}
