package dev.quiver.exec.pipeline;

/**
 * Bounds of one task.
 *
 * @param flushBytes   bytes of rows that are collected, over all reduce partitions or for a cached block, before they
 *                     are handed on
 * @param combineGroups most keys that are merged on the map side before they are handed on
 * @param maxLineBytes longest line of a text file
 */
public record PipelineSettings(long flushBytes, int combineGroups, int maxLineBytes) {
    public static final PipelineSettings DEFAULTS = new PipelineSettings(16L << 20, 1 << 20, 256 << 20);

    public PipelineSettings {
        if (flushBytes < 1 || combineGroups < 1 || maxLineBytes < 1) {
            throw new IllegalArgumentException(
                    "bounds must be positive: " + flushBytes + ", " + combineGroups + ", " + maxLineBytes);
        }
    }
}
