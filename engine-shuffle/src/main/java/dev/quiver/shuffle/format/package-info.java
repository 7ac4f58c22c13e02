/**
 * Shuffle files: what is in one, who writes it, how many handles are open. Safe for many threads. Start at
 * {@link dev.quiver.shuffle.format.SegmentFile}, whose javadoc draws the layout; {@link
 * dev.quiver.shuffle.format.SegmentFiles} shows the files of a shuffle, {@link
 * dev.quiver.shuffle.format.SegmentVerifier} checks one from outside.
 */
package dev.quiver.shuffle.format;
