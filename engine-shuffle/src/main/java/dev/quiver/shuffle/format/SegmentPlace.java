package dev.quiver.shuffle.format;

/**
 * Where a message is.
 *
 * @param file   holds it
 * @param offset where it begins
 */
public record SegmentPlace(SegmentFile file, long offset) {}
