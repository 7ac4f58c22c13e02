package dev.quiver.shuffle.format;

import dev.quiver.id.ExecutorId;
import dev.quiver.id.ShuffleId;

/**
 * Whose rows are in a segment file.
 *
 * @param application id of the application
 * @param shuffle     the shuffle
 * @param executor    who wrote them, its incarnation included
 */
public record SegmentOrigin(String application, ShuffleId shuffle, ExecutorId executor) {}
