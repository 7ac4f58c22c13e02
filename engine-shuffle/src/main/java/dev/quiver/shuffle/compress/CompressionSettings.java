package dev.quiver.shuffle.compress;

/**
 * How an executor compresses.
 *
 * @param exchange    of chunks that other tasks read
 * @param spill       of rows that leave memory and come back
 * @param zstdLevel   of Zstandard, 1 to 19
 * @param assumedLink bytes per second that a reading task is assumed to get from other hosts before that was measured
 */
public record CompressionSettings(CompressionMode exchange, CompressionMode spill, int zstdLevel, long assumedLink) {}
